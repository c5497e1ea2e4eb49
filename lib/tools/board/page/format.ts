/** At most two decimals, as the command line writes them. */
export function number(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** Short enough for an axis or a legend. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (Math.abs(value) >= 10_000) return Intl.NumberFormat('en-US', { notation: 'compact' }).format(value);
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 });
}

export const time = (ms: number, seconds = false): string =>
  new Date(ms).toLocaleTimeString('en-GB', seconds ? {} : { hour: '2-digit', minute: '2-digit' });

/** 만원, as people in Korea read a price. */
export function won(price: number | null): string {
  return price === null ? '' : `${price.toLocaleString('ko-KR')}만원`;
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/**
 * @param listings the JSON of each listing, UTF-8.
 * @returns the body of an answer, UTF-8. Every tier builds it here, so that all give the same bytes. Bytes, not text: what
 * Valkey gave is passed on as it came, and decoding Korean text costs more than fetching it.
 */
export function pageBody(total: number, limit: number, offset: number, listings: readonly Buffer[]): Buffer {
  const start = Buffer.from(`{"total":${total},"limit":${limit},"offset":${offset},"vehicles":[`);
  return Buffer.concat([start, ...listings.flatMap((json, i) => (i === 0 ? [json] : [COMMA, json])), END]);
}

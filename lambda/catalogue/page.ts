/**
 * @param listings the JSON of each listing.
 * @returns the body of an answer. Every tier builds it here, so that all give the same bytes.
 */
export function pageBody(total: number, limit: number, offset: number, listings: readonly string[]): string {
  return `{"total":${total},"limit":${limit},"offset":${offset},"vehicles":[${listings.join(',')}]}`;
}

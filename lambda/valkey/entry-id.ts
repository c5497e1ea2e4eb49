/** @returns the first half of a stream entry's id: ms since the epoch, or what the writer of the stream counts by. */
export const firstHalf = (id: string): number => Number(id.split('-', 1)[0]);

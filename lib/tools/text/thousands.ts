/** @returns a number as people read it, with commas. */
export const thousands = (value: number): string => value.toLocaleString('en-US');

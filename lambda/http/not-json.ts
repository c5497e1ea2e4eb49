/** What is said of text that is nothing else either. */
export const NOT_JSON = 'must be JSON';

/** Whether bytes that were read as text were gzip's (1f 8b): the second is no UTF-8. */
const isGzip = (text: string) => text.startsWith('\u001f\ufffd');

/** Marks of UTF-16 are no UTF-8; without one, every second byte of what is not Korean is 0. */
const isUtf16 = (text: string) => text.startsWith('\ufffd\ufffd') || /^.?\0/.test(text);

/**
 * What a body is that is no JSON, where that can be told, and the way out.
 * @param text with U+FFFD for what was no UTF-8
 * @param coding what `Content-Encoding` says
 * @returns the rule that it breaks
 */
export function notJson(text: string, coding = ''): string {
  if (text.startsWith('\ufeff'))
    return 'must be JSON from its first byte, and begins with a byte order mark (BOM); send UTF-8 without BOM';
  const compressed = isGzip(text) ? 'gzip' : coding.trim().toLowerCase();
  if (compressed !== '' && compressed !== 'identity')
    return `must be JSON as it is, and is compressed (${compressed}); send it without compression`;
  if (isUtf16(text)) return 'must be JSON in UTF-8, and is UTF-16; send UTF-8 without BOM';
  return text.includes('\ufffd') ? 'must be JSON in UTF-8' : NOT_JSON;
}

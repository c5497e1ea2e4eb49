/** Letters and digits, so any rule of the API lets them through. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const BLOCK = 4;

/** Lua's hash of one more byte; it begins with the length of a text, at its end. */
const hashed = (hash: number, byte: number) => (hash ^ ((hash << 5) + (hash >>> 2) + byte)) >>> 0;

/**
 * Texts that cost most to look up. Lua keeps each text once, in a table whose hash has no seed (`luaS_newlstr` in
 * Valkey's deps/lua/src/lstring.c): who makes or looks up one of these walks past all others. A block can stand for
 * another one without changing the hash, so ten of them make 1,024 texts (Joux, CRYPTO 2004).
 */
export function colliding(count: number, before = '', after = ''): string[] {
  const blocks = Math.ceil(Math.log2(Math.max(2, count)));
  const length = Buffer.byteLength(before + after) + blocks * BLOCK;
  let hash = Buffer.from(after).reverse().reduce(hashed, length);
  let texts = [after];
  for (let i = 0; i < blocks; i++) {
    const pair = twoBlocks(hash);
    hash = pair.hash;
    texts = texts.flatMap((text) => pair.blocks.map((block) => block + text));
  }
  return texts.slice(0, count).map((text) => before + text);
}

/** @returns two blocks that lead from one hash to the same other one. */
function twoBlocks(from: number): { blocks: [string, string]; hash: number } {
  const known = new Map<number, string>();
  for (let n = 0; ; n++) {
    let [hash, block] = [from, ''];
    for (let i = 0, rest = n; i < BLOCK; i++, rest = Math.floor(rest / LETTERS.length)) {
      const letter = LETTERS.charAt(rest % LETTERS.length);
      hash = hashed(hash, letter.charCodeAt(0));
      block = letter + block;
    }
    const other = known.get(hash);
    if (other !== undefined) return { blocks: [other, block], hash };
    known.set(hash, block);
  }
}

import { crc32, deflateSync } from 'node:zlib';

export type Rgb = readonly [red: number, green: number, blue: number];

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const PALETTE_COLOURS = 3;

/**
 * Paints a drawing of characters: ` ` is the paper, everything else ink.
 * @param rows of the same length; each character becomes a square of `scale` pixels.
 * @returns a PNG of two colours (PNG specification, third edition).
 */
export function paint(rows: readonly string[], scale: number, paper: Rgb, ink: Rgb): Buffer {
  const width = (rows[0]?.length ?? 0) * scale;
  const lines = rows.flatMap((row) => {
    const pixels = Array.from(row).flatMap((each) => new Array<number>(scale).fill(each === ' ' ? 0 : 1));
    // Each line begins with its filter: none.
    return new Array<Buffer>(scale).fill(Buffer.from([0, ...pixels]));
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(lines.length, 4);
  header.set([8, PALETTE_COLOURS], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([...paper, ...ink])),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

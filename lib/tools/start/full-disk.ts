import { tmpdir } from 'node:os';
import { cacheFolder } from '../engines/cache-folder';

/**
 * As Node.js (the codes), PostgreSQL (53100, disk_full) and the engines' own words tell it; a quota and a limit of a
 * file too.
 */
const CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', '53100']);
const WORDS = /No space left on device|Disk quota exceeded|File too large/;

/**
 * @returns for an error, or a cause of it, that came of a disk without room, one that says so in a line; any other as
 * it is.
 */
export function namingFullDisk(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    const words = WORDS.exec(each.message)?.[0];
    const { code } = each as NodeJS.ErrnoException;
    if (words === undefined && !CODES.has(code)) continue;
    return new Error(
      `No room on a disk: ${words ?? String(code)}. The cache folder ${cacheFolder()} and the temporary folder ` +
        `${tmpdir()} want about 1 GB together. Free it, or set CARFIN_CACHE_FOLDER or TMPDIR to a folder of ` +
        'another disk.',
    );
  }
  return error;
}

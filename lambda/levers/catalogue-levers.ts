import { BUCKET_KEYS } from '../catalogue/layout';
import { IndexLoader } from '../catalogue/load-index';
import { CATALOGUE_KEYS, TTL } from '../contract/keys';
import { ToldError } from '../contract/told-error';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { send } from '../valkey/bulk';
import { plainScript } from '../valkey/script';
import { fieldsOf, PublishedCatalogues } from '../warm-up/published-catalogues';
import { PIN_CATALOGUE } from './lever-scripts';
import type { CatalogueVersion, RolledBack, Shown } from './request';

/** The version can't be served, or there is none to go back to. */
class NoSuchCatalogueError extends ToldError {
  constructor(message: string) {
    super(`${message} The versions that are kept: npm run ops -- catalogue show`);
  }
}

/** Goes back to a catalogue that was served before, and forward again. */
export class CatalogueLevers {
  private readonly catalogues: PublishedCatalogues;

  constructor(private readonly valkey: ValkeyClient) {
    this.catalogues = new PublishedCatalogues(valkey);
  }

  /** @throws ValkeyError */
  async show(request: RequestContext): Promise<Omit<Shown, 'bypass'>> {
    const { current, confirmedAt, pinned, history } = await this.catalogues.state(request);
    const versions = await Promise.all(
      history.map(async ({ version, publishedAt }): Promise<CatalogueVersion> => {
        const manifest = await this.catalogues.manifest(request, version);
        const { listings, searchable } = manifest ?? {};
        return { version, publishedAt: new Date(publishedAt).toISOString(), listings, searchable };
      }),
    );
    const confirmed = confirmedAt === undefined ? {} : { confirmedAt: new Date(confirmedAt).toISOString() };
    return { current, ...confirmed, pinned, versions };
  }

  /**
   * @param wanted the version; without it the one that was published before the current one.
   * @throws NoSuchCatalogueError, ValkeyError
   */
  async rollback(request: RequestContext, wanted: string | undefined, pull: boolean): Promise<RolledBack> {
    const { current, history } = await this.catalogues.state(request);
    const to = wanted ?? history[history.findIndex(({ version }) => version === current) + 1]?.version;
    if (to === undefined || !history.some(({ version }) => version === to))
      throw new NoSuchCatalogueError(`There is no catalogue ${wanted ?? 'before the current one'}.`);
    const loader = await IndexLoader.find(this.valkey, request, to);
    const found = await loader?.load(request);
    if (found === undefined)
      throw new NoSuchCatalogueError(
        `The index of ${to} is not whole any more, or of another format: it can't be served.`,
      );
    const { index } = found;
    let missingListings = 0;
    for (const [bucket, key] of BUCKET_KEYS.entries()) {
      const present = await this.presentIn(request, key);
      for (const field of fieldsOf([index], bucket)) if (!present.has(field)) missingListings++;
    }
    if (pull) await this.pin(request, to);
    return { from: current, to, searchable: index.size, missingListings, pulled: pull };
  }

  /** The next warm-up, within a minute, publishes what the table says. */
  async unpin(request: RequestContext): Promise<{ unpinned: boolean }> {
    const { pinned } = CATALOGUE_KEYS;
    return { unpinned: (await send(this.valkey, request, pinned, (cluster) => cluster.del(pinned))) === 1 };
  }

  /**
   * Page by page, values and all: a script, which could give the names alone, wants a user that may write what it
   * reads.
   */
  private async presentIn(request: RequestContext, key: string): Promise<Set<string>> {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const from = cursor;
      const [next, pairs] = await send(this.valkey, request, key, (cluster) =>
        cluster.hscan(key, from, 'COUNT', 1_000),
      );
      for (let i = 0; i < pairs.length; i += 2) found.add(pairs[i] ?? '');
      cursor = next;
    } while (cursor !== '0');
    return found;
  }

  private async pin(request: RequestContext, version: string): Promise<void> {
    const { current, history, pinned } = CATALOGUE_KEYS;
    const [done] = await this.valkey.all(request, [
      plainScript(PIN_CATALOGUE, [current, history, pinned], [version, Date.now(), TTL.index]),
    ]);
    if (done === 0) throw new NoSuchCatalogueError(`Catalogue ${version} was retired a moment ago.`);
  }
}

import { LRUCache } from 'lru-cache';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import { select, type Selection } from '../catalogue/select';
import { ENV, optionalEnv } from '../contract/environment';
import { questionId } from '../contract/keys';
import type { Question } from '../rules/question';

/** Half of what today's searchable listings take: the pages that are asked for are a small part of them. */
const DEFAULT_BYTES = 32 * 1024 * 1024;
/** What an entry takes beside its text: the key, and its places in the cache's arrays. */
const ENTRY_BYTES = 128;
const MOST_SELECTIONS = 2_000;

/**
 * Listings that this process has fetched, by their content hash, and answers that were asked for again, by a key that
 * names their catalogue: what is kept so can never be old. The least recently used go first.
 */
export class ListingMemory {
  private readonly json: LRUCache<string, string>;
  /**
   * By the index that they are of, which each of them holds: with it they go, or a process would keep all it ever had.
   */
  private readonly selections = new WeakMap<CatalogueIndex, LRUCache<string, Selection>>();

  private constructor(bytes: number) {
    this.json = new LRUCache({
      maxSize: bytes,
      // Korean text takes two bytes a character.
      sizeCalculation: (json) => json.length * 2 + ENTRY_BYTES,
    });
  }

  /** @returns none if the environment allows it no memory. */
  static fromEnvironment(env: NodeJS.ProcessEnv): ListingMemory | undefined {
    const bytes = Number(optionalEnv(ENV.listingMemoryBytes, env) ?? DEFAULT_BYTES);
    return bytes > 0 ? new ListingMemory(bytes) : undefined;
  }

  /** @param key of a listing: see CatalogueIndex.field; of an answer: see searchKey. @returns its JSON. */
  get(key: string): string | undefined {
    return this.json.get(key);
  }

  /** @param json a listing's is checked against the hash. */
  set(key: string, json: string): void {
    this.json.set(key, json);
  }

  /** As {@link select}, remembered. */
  select(index: CatalogueIndex, question: Question): Selection {
    let known = this.selections.get(index);
    if (known === undefined) this.selections.set(index, (known = new LRUCache({ max: MOST_SELECTIONS })));
    const id = questionId(question);
    let selection = known.get(id);
    if (selection === undefined) known.set(id, (selection = select(index, question)));
    return selection;
  }
}

import { askedSearch, LARGEST_PAGE, type AskedSearch } from '../../client/compare-answers';
import type { FamilyType, SearchParameters } from '../../client/types';
import { searchVehicles } from '../../../lambda/search/search-vehicles';

/** Searches that one run asks at most. */
const MOST_SEARCHES = 10_000;
/** Wrong lines that are told at once. */
const MOST_TOLD = 10;

/** One search of a sample. */
export interface Sampled {
  /** Of the file, from 1. */
  line: number;
  /** As it was sampled: free text included, which goes to the original and nowhere else. */
  parameters: SearchParameters;
  search: AskedSearch;
}

/** The original's key of a search; its usage is free text. */
const ORIGINAL_KEY = /^search:(\d+)-(\d+)_([a-z_]+?)_(lease|nolease)_(.*)$/;

/**
 * Reads searches, one a line: a query of this API (`budgetMin=2500&budgetMax=3200&persona=working_mom`, also behind a
 * path), or a key of the original (`search:2500-3200_working_mom_nolease_any`). Empty lines and those that begin with
 * `#` are left out.
 * @throws Error that tells each wrong line with the parameter and its rule, never with what was typed
 */
export function readSample(text: string): Sampled[] {
  const wrong: string[] = [];
  const sample = text.split(/\r?\n/).flatMap((written, i): Sampled[] => {
    const line = i + 1;
    const trimmed = written.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const query = queryOf(trimmed);
    const read = query === undefined ? undefined : searchVehicles.query().safeParse(query);
    if (query === undefined || read === undefined)
      wrong.push(
        `line ${line} is no search: write budgetMin=2500&budgetMax=3200, or a key such as ` +
          'search:2500-3200_none_nolease_any',
      );
    else if (!read.success)
      wrong.push(
        ...read.error.issues.map(({ code, path, message }) =>
          code === 'unrecognized_keys'
            ? `line ${line}: a search has no such parameter; docs/api.md names what it has`
            : `line ${line}: ${path.join('.')} ${message}`,
        ),
      );
    else {
      const { usage, familyType, limit } = query;
      const { data } = read;
      // What is canonical by now is as it was typed for the original.
      const parameters = {
        ...data,
        usage,
        familyType: familyType as FamilyType | undefined,
        limit: limit === undefined ? LARGEST_PAGE : data.limit,
      };
      return [{ line, parameters, search: askedSearch(parameters) }];
    }
    return [];
  });
  if (wrong.length > 0) {
    const more = wrong.length > MOST_TOLD ? [`and ${wrong.length - MOST_TOLD} more`] : [];
    throw new Error(['The sample can’t be asked:', ...wrong.slice(0, MOST_TOLD), ...more].join('\n  '));
  }
  if (sample.length === 0) throw new Error('The sample holds no search.');
  if (sample.length > MOST_SEARCHES)
    throw new Error(
      `The sample holds ${sample.length} searches; one run asks ${MOST_SEARCHES} at most: take some of them.`,
    );
  return sample;
}

function queryOf(line: string): Record<string, string | undefined> | undefined {
  const key = ORIGINAL_KEY.exec(line);
  if (key !== null) {
    const [, budgetMin, budgetMax, persona, lease, usage] = key;
    return {
      budgetMin,
      budgetMax,
      persona,
      includeLease: String(lease === 'lease'),
      usage: usage === '' ? 'any' : usage,
    };
  }
  const query = line.slice(line.indexOf('?') + 1);
  if (!query.includes('=')) return undefined;
  const entries = [...new URLSearchParams(query)];
  // A name that stands twice has two values: neither is what was meant.
  const names = entries.map(([name]) => name);
  return new Set(names).size === names.length ? Object.fromEntries(entries) : undefined;
}

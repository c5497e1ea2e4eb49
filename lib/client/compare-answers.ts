import { ALWAYS, SALE } from '../../lambda/rules/always';
import { rank, satisfies, type Condition } from '../../lambda/rules/condition';
import { FAMILIES, ORDERS } from '../../lambda/rules/orders';
import { canonical, orderOf } from '../../lambda/rules/question';
import { readOriginalListings } from './original-listings';
import type { Listing, PersonaId, SearchAnswer, SearchParameters } from './types';

export type RuleName =
  'columns' | 'budget' | 'hidden' | 'lease' | 'persona' | 'order' | 'rounding' | 'tie' | 'limit' | 'freshness';

/**
 * Why two answers differ although nothing is wrong: what the search rules do and the original does not, or does
 * otherwise.
 */
export const RULES: Readonly<Record<RuleName, string>> = {
  columns: 'A listing has all 18 columns, under underscored names, numbers as numbers.',
  budget: 'budgetMin <= price <= budgetMax.',
  hidden:
    'Placeholder prices, unknown distances and those from 200,000 km, model years before 2015, incomplete ' +
    'listings, nameless makers and commercial vehicles never match.',
  lease: 'Without lease only sales match.',
  persona: 'A persona, or camping, keeps certain car types and makers.',
  order: 'Best first: the family, the tiers of the persona, newest model year, fewest 10,000 km, cheapest.',
  rounding: 'Distances are ordered by whole 10,000 km.',
  tie: 'Listings that are equal in all that is ordered by stand by their vehicle_id.',
  limit: 'An answer is one page with the total; the original gives every match.',
  freshness:
    'The catalogue follows the table within a minute, a stored answer of the original within ten: asked again, ' +
    'they agreed.',
};

/** A search in the form that its answer depends on: free text has become `camping` or `any`. */
export interface AskedSearch {
  budgetMin: number;
  budgetMax: number;
  persona: PersonaId | 'none';
  includeLease: boolean;
  usage: 'camping' | 'any';
  familyType: 'any' | 'young_children' | 'large';
  limit: number;
  offset: number;
}

/**
 * `by rule`: the original's listings, put through the rules, are this answer to the last value; the rules that did
 * something are named.
 */
export interface Comparison {
  class: 'same' | 'by rule' | 'differs';
  rules: RuleName[];
  /** The first difference that no rule explains: ids and columns of listings, nothing of a person. */
  why?: string | undefined;
}

/** The most that one answer shows, and what the original's callers get here. */
export const LARGEST_PAGE = 100;

/** @returns the search as it is asked of both; a page of 100 unless it says otherwise. */
export function askedSearch(parameters: SearchParameters): AskedSearch {
  const { budgetMin, budgetMax, persona, usage, familyType, includeLease, limit, offset } = parameters;
  return canonical({
    budgetMin,
    budgetMax,
    persona: persona ?? 'none',
    includeLease: includeLease ?? false,
    usage: usage ?? 'any',
    familyType: familyType ?? 'any',
    limit: limit ?? LARGEST_PAGE,
    offset: offset ?? 0,
  });
}

/**
 * Whether the original's listings, put through the search rules, are this API's answer.
 * @param listings every match of the original, in its order.
 */
export function compareAnswers(
  search: AskedSearch,
  listings: readonly object[],
  { total, vehicles }: Pick<SearchAnswer, 'total' | 'vehicles'>,
): Comparison {
  const { rows, lacking, renamed } = readOriginalListings(listings);
  const differs = (why: string): Comparison => ({ class: 'differs', rules: [], why });
  if (lacking.has('vehicle_id')) return differs('The original’s listings have no vehicle_id.');
  const rankings = rankingsOf(search);
  const ordering = [...rankings.flat().flatMap(columnsOf), 'model_year', 'distance', 'price'];
  const unknown = [...new Set(ordering)].filter((name) => lacking.has(name));
  if (unknown.length > 0) return differs(`The original’s listings lack ${unknown.join(', ')}: no order can be judged.`);

  const rules = new Set<RuleName>(renamed || lacking.size > 0 ? ['columns'] : []);
  const filters = filtersOf(search).filter(([, condition]) => !columnsOf(condition).some((name) => lacking.has(name)));
  const matches = rows.filter((row) => {
    const broken = filters.find(([, condition]) => !satisfies(row, condition));
    if (broken !== undefined) rules.add(broken[0]);
    return broken === undefined;
  });
  const keyed = matches.map((row) => ({ row, keys: sortKeys(row, rankings) }));
  keyed.forEach((each, i) => {
    const before = keyed[i - 1];
    if (before !== undefined) inversion(before, each, rules);
  });
  const page = keyed
    .sort((a, b) => compareKeys(a.keys, b.keys))
    .slice(search.offset, search.offset + search.limit)
    .map(({ row }) => row);
  if (page.length < matches.length) rules.add('limit');

  const why = firstDifference(matches.length, page, total, vehicles, lacking);
  if (why !== undefined) return differs(why);
  const told = (Object.keys(RULES) as RuleName[]).filter((name) => rules.has(name));
  return { class: told.length === 0 ? 'same' : 'by rule', rules: told };
}

/** What a listing must satisfy, each with the rule that it belongs to. */
function filtersOf(search: AskedSearch): (readonly [RuleName, Condition])[] {
  const { keeps } = ORDERS[orderOf(search)];
  return [
    ['budget', { number: 'price', from: search.budgetMin, below: search.budgetMax + 1 }],
    ...('all' in ALWAYS ? ALWAYS.all : [ALWAYS]).map((part) => ['hidden', part] as const),
    ...(search.includeLease ? [] : [['lease', SALE] as const]),
    ...(keeps === undefined ? [] : [['persona', keeps] as const]),
  ];
}

function rankingsOf(search: AskedSearch): (readonly Condition[])[] {
  const { rankings } = ORDERS[orderOf(search)];
  return [...(search.familyType === 'any' ? [] : [[FAMILIES[search.familyType]]]), ...rankings];
}

function columnsOf(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(columnsOf);
  if ('any' in condition) return condition.any.flatMap(columnsOf);
  if ('not' in condition) return columnsOf(condition.not);
  return ['text' in condition ? condition.text : condition.number];
}

/** As search-query.ts orders: the rankings, then model year, whole 10,000 km, price, key. */
function sortKeys(row: Listing, rankings: readonly (readonly Condition[])[]): number[] {
  const { model_year: year, distance, price, vehicle_id: id } = row;
  const tiers = rankings.map((each) => rank(row, each));
  return [...tiers, -(year ?? 0), Math.trunc((distance ?? 0) / 10_000), price ?? 0, id];
}

const compareKeys = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((key, i) => key !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
};

interface Keyed {
  row: Listing;
  keys: readonly number[];
}

/** Adds the rule by which two neighbours of the original's list change places, if they do. */
function inversion(first: Keyed, second: Keyed, rules: Set<RuleName>): void {
  if (compareKeys(first.keys, second.keys) <= 0) return;
  const at = first.keys.findIndex((key, i) => key !== second.keys[i]);
  const [price, id] = [first.keys.length - 2, first.keys.length - 1];
  // Ordered by the very km, cheaper or older ones of the same 10,000 km come later.
  if (at >= price && (first.row.distance ?? 0) < (second.row.distance ?? 0)) rules.add('rounding');
  else rules.add(at === id ? 'tie' : 'order');
}

function firstDifference(
  matching: number,
  page: readonly Listing[],
  total: number,
  vehicles: readonly Listing[],
  lacking: ReadonlySet<string>,
): string | undefined {
  for (const [i, row] of page.entries()) {
    const here = vehicles[i];
    const place = `Place ${i + 1}`;
    if (here === undefined) return `${place}: listing ${row.vehicle_id} of the original is not in this API’s answer.`;
    if (here.vehicle_id !== row.vehicle_id)
      return `${place}: listing ${row.vehicle_id} by the original’s matches, ${here.vehicle_id} here.`;
    const name = (Object.keys(here) as (keyof Listing)[]).find(
      (each) => !lacking.has(each) && here[each] !== row[each],
    );
    if (name !== undefined)
      return `Listing ${row.vehicle_id}: ${name} is ${shown(row[name])} in the original, ${shown(here[name])} here.`;
  }
  const extra = vehicles[page.length];
  if (extra !== undefined) return `Place ${page.length + 1}: listing ${extra.vehicle_id} is not among the original’s.`;
  return matching === total ? undefined : `${matching} of the original’s listings match, ${total} here.`;
}

const shown = (value: unknown): string => (JSON.stringify(value) as string | undefined)?.slice(0, 60) ?? 'missing';

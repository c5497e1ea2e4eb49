import type { Listing } from '../../rules/listing';
import { ATTRIBUTES, OLDEST, PRICE_BANDS, valuesOf, type Attribute } from '../preferences/attributes';
import type { Weight } from '../preferences/preference-store';

/** Points at which an attribute counts half of all that it can: many signals for one maker must not drown the rest. */
const HALF_POINTS = 10;
/** What the first place of the plain order is worth beside the preferences; the last is worth nothing. */
const ORDER_SHARE = 0.5;
/** How much a neighbouring price band or age counts. */
const NEIGHBOUR = 0.5;
/** Attributes that a reason names at the most, and the least share that is worth naming. */
const MOST_NAMED = 2;
const LEAST_NAMED = 0.1;

export interface Ranked {
  vehicle: Listing;
  /** Above the others', the better; comparable within one answer. */
  score: number;
  /** Why, in Korean, for the person. */
  reason: string;
}

/**
 * Reorders listings by what a person likes.
 * @param listings in the plain order of the search, best first. @param nowMs ms since the epoch
 */
export function rank(listings: readonly Listing[], weights: readonly Weight[], nowMs: number): Ranked[] {
  const affinities = affinitiesOf(weights);
  return listings
    .map((vehicle, position) => {
      const parts = valuesOf(vehicle, nowMs).map(([attribute, value]) => ({
        attribute,
        value,
        share: affinities.get(`${attribute}:${value}`) ?? 0,
      }));
      const liking = parts.reduce((sum, { share }) => sum + share, 0);
      const score = liking + ORDER_SHARE * (1 - position / listings.length);
      return { vehicle, score: Math.round(score * 1_000) / 1_000, reason: reasonOf(parts) };
    })
    .sort((a, b) => b.score - a.score);
}

/** From -1 to 1 for each value that has a weight, or a neighbour that has. */
function affinitiesOf(weights: readonly Weight[]): Map<string, number> {
  const points = new Map<string, number>();
  const add = (attribute: Attribute, value: string, more: number) => {
    const key = `${attribute}:${value}`;
    points.set(key, (points.get(key) ?? 0) + more);
  };
  for (const { attribute, value, weight } of weights) {
    add(attribute, value, weight);
    for (const neighbour of neighboursOf(attribute, value)) add(attribute, neighbour, weight * NEIGHBOUR);
  }
  return new Map([...points].map(([key, sum]) => [key, sum / (Math.abs(sum) + HALF_POINTS)]));
}

function neighboursOf(attribute: Attribute, value: string): string[] {
  if (attribute === 'price') {
    const place = (PRICE_BANDS as readonly number[]).indexOf(Number(value));
    return place < 0
      ? []
      : [PRICE_BANDS[place - 1], PRICE_BANDS[place + 1]].filter((each) => each !== undefined).map(String);
  }
  if (attribute === 'age') {
    return [Number(value) - 1, Number(value) + 1].filter((age) => age >= 0 && age <= OLDEST).map(String);
  }
  return [];
}

/** Of a listing that no preference speaks for. */
export const PLAIN_REASON = '검색 조건에 맞는 차량';

function reasonOf(parts: readonly { attribute: Attribute; value: string; share: number }[]): string {
  const named = parts
    .filter(({ share }) => share >= LEAST_NAMED)
    .sort((a, b) => b.share - a.share || ATTRIBUTES.indexOf(a.attribute) - ATTRIBUTES.indexOf(b.attribute))
    .slice(0, MOST_NAMED);
  if (named.length === 0) return PLAIN_REASON;
  return `관심 보이신 ${named.map(({ attribute, value }) => inWords(attribute, value)).join(' · ')}`;
}

function inWords(attribute: Attribute, value: string): string {
  if (attribute === 'age') {
    if (value === '0') return '올해 연식';
    return Number(value) >= OLDEST ? `${OLDEST}년 이상 된 연식` : `${value}년 된 연식`;
  }
  if (attribute !== 'price') return value;
  const lower = Number(value);
  const upper = (PRICE_BANDS as readonly number[]).find((band) => band > lower);
  const won = (amount: number) => amount.toLocaleString('ko-KR');
  return upper === undefined ? `${won(lower)}만원 이상` : `${won(lower)}~${won(upper)}만원대`;
}

import type { Listing } from '../../rules/listing';
import type { Question } from '../../rules/question';
import { asCompared, OLDEST, PRICE_BANDS, valuesOf, type Attribute } from '../preferences/attributes';
import type { Weight } from '../preferences/preference-store';
import { budgetMet, grouped, needsMet, ownOf, plainReason } from './needs';

/** Points at which an attribute counts half of all that it can: many signals for one maker must not drown the rest. */
const HALF_POINTS = 10;
/** What the first place of the plain order is worth beside the preferences; the last is worth nothing. */
const ORDER_SHARE = 0.5;
/** How much a neighbouring price band or age counts. */
const NEIGHBOUR = 0.5;
/** Attributes that a reason names at the most, and the least share that is worth naming. */
const MOST_NAMED = 3;
const LEAST_NAMED = 0.1;

export interface Ranked {
  vehicle: Listing;
  /** Above the others', the better; comparable within one answer. */
  score: number;
  /** Why, in Korean, for the person. */
  reason: string;
}

/**
 * Reorders listings by what a person likes, and gives as many as the question asks for.
 * @param listings in the plain order of the search, best first. @param nowMs ms since the epoch
 * @param question that found them; a reason names what of it a listing meets
 */
export function rank(
  listings: readonly Listing[],
  known: readonly Weight[],
  nowMs: number,
  question: Question,
): Ranked[] {
  const weights = known.map((weight) => ({ ...weight, value: asCompared(weight.value) }));
  const affinities = affinitiesOf(weights);
  const liked = new Set(weights.flatMap(({ attribute, value, weight }) => (weight > 0 ? `${attribute}:${value}` : [])));
  return listings
    .map((vehicle, position) => {
      const parts = valuesOf(vehicle, nowMs).map(([attribute, value]) => ({
        attribute,
        value,
        share: affinities.get(`${attribute}:${value}`) ?? 0,
        isNear: !liked.has(`${attribute}:${value}`),
      }));
      const liking = parts.reduce((sum, { share }) => sum + share, 0);
      const score = liking + ORDER_SHARE * (1 - position / listings.length);
      return { vehicle, parts, score: Math.round(score * 1_000) / 1_000 };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, question.limit)
    .map(({ vehicle, parts, score }) => ({ vehicle, score, reason: reasonOf(vehicle, parts, question) }));
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

/** One beyond the ends is no listing's. */
function neighboursOf(attribute: Attribute, value: string): string[] {
  if (attribute === 'price') {
    const place = (PRICE_BANDS as readonly number[]).indexOf(Number(value));
    return place < 0 ? [] : [PRICE_BANDS[place - 1], PRICE_BANDS[place + 1]].map(String);
  }
  return attribute === 'age' ? [Number(value) - 1, Number(value) + 1].map(String) : [];
}

interface Part {
  attribute: Attribute;
  value: string;
  share: number;
  /** Whether only a neighbour of the value is liked. */
  isNear: boolean;
}

/**
 * Which taste and need this listing meets, and with what of its own: `관심 보이신 기아 · SUV, 관심 가격에 가까운 2,340만원,
 * 2024년식 · 주행 12,000km`.
 */
function reasonOf(vehicle: Listing, parts: readonly Part[], question: Question): string {
  const named = parts
    .filter(({ share }) => share >= LEAST_NAMED)
    // Those of one share stay in the order of ATTRIBUTES.
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_NAMED);
  if (named.length === 0) return plainReason(vehicle, question);
  const words = named.filter(({ attribute }) => attribute !== 'price' && attribute !== 'age');
  const names = (wanted: Attribute) => named.some(({ attribute }) => attribute === wanted);
  const reasons = [
    ...(words.length === 0 ? [] : [`관심 보이신 ${words.map(({ value }) => value).join(' · ')}`]),
    ...named.flatMap((part) => (words.includes(part) ? [] : [inWords(vehicle, part)])),
    ...needsMet(vehicle, question),
    ...(names('price') ? [] : budgetMet(vehicle, question)),
    ...ownOf(names('age') ? { ...vehicle, model_year: null } : vehicle),
  ];
  return reasons.join(', ');
}

/** A price or an age as the listing has it, beside what the person looks at. */
function inWords(listing: Listing, { attribute, value, isNear }: Part): string {
  if (attribute === 'age') {
    const year = `${isNear ? '관심 연식에 가까운' : '관심 연식인'} ${String(listing.model_year)}년식`;
    // This year's or, as new, next year's.
    if (value === '0') return year;
    return `${year}(${Number(value) >= OLDEST ? `${OLDEST}년 이상` : `${value}년`} 된 차)`;
  }
  const lower = Number(value);
  const price = `${grouped(listing.price ?? lower)}만원`;
  const upper = (PRICE_BANDS as readonly number[]).find((band) => band > lower);
  if (isNear) return `관심 가격에 가까운 ${price}`;
  const band = upper === undefined ? `${grouped(lower)}만원 이상` : `${grouped(lower)}~${grouped(upper)}만원`;
  return `관심 가격(${band})에 맞는 ${price}`;
}

import type { Listing } from '../../../lambda/rules/listing';
import { valuesOf } from '../../../lambda/conversation/preferences/attributes';
import { HALF_LIFE_MS } from '../../../lambda/conversation/preferences/decay';
import type { Weight } from '../../../lambda/conversation/preferences/preference-store';
import { SIGNAL_POINTS, type SignalType } from '../../../lambda/conversation/preferences/signal';
import { rank } from '../../../lambda/conversation/recommendations/ranking';
import { CANDIDATES } from '../../../lambda/conversation/recommendations/recommender';
import { ALWAYS } from '../../../lambda/rules/always';
import { satisfies } from '../../../lambda/rules/condition';
import type { Question } from '../../../lambda/rules/question';
import { generateListings } from '../example-data/listings';
import { Random } from '../example-data/random';
import type { Figures } from '../text/table';

/** The measure's depth: one page. */
const DEPTH = 20;
/** How often a person does something that their taste does not explain. */
const NOISE = 0.1;
const WEEK_MS = 7 * 86_400_000;

/** Mean NDCG@20 of people with known tastes. */
export interface Quality {
  /** Signals that each person gave. */
  signals: number;
  /** Of the plain order of the search. */
  before: number;
  /** Of the recommendations. */
  after: number;
}

/** One row a number of signals. */
export function qualityTable(qualities: readonly Quality[]): Figures {
  return {
    head: ['signals', 'NDCG@20, plain order', 'NDCG@20, recommendations'],
    rows: qualities.map(({ signals, before, after }) => [String(signals), before.toFixed(3), after.toFixed(3)]),
  };
}

/** What a person truly likes, which the system never sees. From -2 to 7. */
type Taste = (vehicle: Listing) => number;

/** All candidates, in the order of a person's tastes. */
const ASKED: Omit<Question, 'budgetMin' | 'budgetMax'> = {
  persona: 'none',
  includeLease: false,
  usage: 'any',
  familyType: 'any',
  limit: CANDIDATES,
  offset: 0,
};

/**
 * Generates people, lets them act on listings by their tastes, and compares orders of what they then ask for.
 * Deterministic.
 * @param counts of signals, each measured on the same people
 */
export function measureQuality(counts: readonly number[], people = 100, seed = 1): Quality[] {
  const now = Date.UTC(2025, 8, 30);
  const listings = [...generateListings(20_000)].filter((each) => satisfies(each, ALWAYS)).sort(newestFirst);
  return counts.map((signals) => {
    let [before, after] = [0, 0];
    for (let person = 0; person < people; person++) {
      const random = new Random(seed * 10_000 + person);
      const taste = tasteOf(random.pick(listings), random.pick(listings), random.pick(listings));
      const budgetMin = random.integer(8, 40) * 100;
      const inBudget = listings.filter(({ price }) => (price ?? 0) >= budgetMin && (price ?? 0) <= budgetMin * 1.5);
      const plain = inBudget.slice(0, CANDIDATES);
      const question = { ...ASKED, budgetMin, budgetMax: budgetMin * 1.5 };
      const ranked = rank(plain, learn(random, listings, taste, signals, now), now, question).map(
        ({ vehicle }) => vehicle,
      );
      before += ndcg(plain, taste) / people;
      after += ndcg(ranked, taste) / people;
    }
    return { signals, before, after };
  });
}

/** The order of a search without a persona. */
function newestFirst(a: Listing, b: Listing): number {
  const tenThousands = ({ distance }: Listing) => Math.floor((distance ?? 0) / 10_000);
  return (
    (b.model_year ?? 0) - (a.model_year ?? 0) ||
    tenThousands(a) - tenThousands(b) ||
    (a.price ?? 0) - (b.price ?? 0) ||
    a.vehicle_id - b.vehicle_id
  );
}

function tasteOf(first: Listing, second: Listing, disliked: Listing): Taste {
  return (vehicle) =>
    (vehicle.manufacturer === first.manufacturer || vehicle.manufacturer === second.manufacturer ? 2 : 0) +
    (vehicle.car_type === first.car_type ? 2 : 0) +
    (vehicle.fuel_type === first.fuel_type ? 1 : 0) +
    (Math.abs((vehicle.price ?? 0) - (first.price ?? 0)) <= 700 ? 1 : 0) +
    (Math.abs((vehicle.model_year ?? 0) - (first.model_year ?? 0)) <= 1 ? 1 : 0) -
    (vehicle.manufacturer === disliked.manufacturer ? 2 : 0);
}

function actionOf(random: Random, liking: number): SignalType | undefined {
  if (random.chance(NOISE)) return random.pick(['viewed', 'liked', 'disliked'] as const);
  if (liking >= 5) return random.chance(0.3) ? 'contacted' : 'liked';
  if (liking >= 3) return random.pick(['liked', 'asked', 'viewed'] as const);
  if (liking >= 2) return 'viewed';
  return liking < 0 || random.chance(0.1) ? 'disliked' : undefined;
}

/** What the preferences hold after so many signals of the last week. */
function learn(random: Random, listings: readonly Listing[], taste: Taste, signals: number, now: number): Weight[] {
  const weights = new Map<string, Weight>();
  for (let given = 0; given < signals;) {
    const vehicle = random.pick(listings);
    const action = actionOf(random, taste(vehicle));
    if (action === undefined) continue;
    given++;
    const points = SIGNAL_POINTS[action] * 2 ** (-(random.next() * WEEK_MS) / HALF_LIFE_MS);
    for (const [attribute, value] of valuesOf(vehicle, now)) {
      const key = `${attribute}:${value}`;
      weights.set(key, { attribute, value, weight: (weights.get(key)?.weight ?? 0) + points });
    }
  }
  return [...weights.values()];
}

/** Normalised discounted cumulative gain of the first page, against the best order of the same listings. */
function ndcg(order: readonly Listing[], taste: Taste): number {
  const gains = order.map((each) => 2 ** Math.max(0, taste(each)) - 1);
  const discounted = (values: readonly number[]) =>
    values.slice(0, DEPTH).reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
  const best = discounted([...gains].sort((a, b) => b - a));
  return best === 0 ? 1 : discounted(gains) / best;
}

import { SALE } from '../../rules/always';
import { satisfies, type Condition } from '../../rules/condition';
import type { Listing, TextColumn } from '../../rules/listing';
import { FAMILIES, ORDERS, type FamilyType, type PersonaId } from '../../rules/orders';
import { orderOf, type Question } from '../../rules/question';

/** What a search for each persona asked for, as one would say it. */
const ASKED_FOR: Readonly<Record<PersonaId, string>> = {
  first_car_anxiety: '첫 차',
  working_mom: '아이와 타는 차',
  mz_office_worker: '출퇴근과 스타일',
  camping_lover: '캠핑',
  large_family_dad: '온 가족이 타는 차',
  ceo_executive: '골프와 비즈니스',
};
const FAMILY: Readonly<Record<FamilyType, string>> = { young_children: '어린 자녀', large: '대가족' };

/** What a reason names of a listing, in this order. */
const NAMED: readonly TextColumn[] = ['manufacturer', 'model', 'car_type', 'fuel_type'];

/** A whole number, as people read it. To load Intl for it would take a cold start 8 to 40 ms. */
export const grouped = (amount: number): string => String(amount).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** A need of a search, and what of a listing meets it. */
interface Met {
  need: string;
  words: readonly string[];
}

/** @returns the needs of a search, but its budget, that this listing meets, and with what of its own. */
export function needsMet(listing: Listing, question: Question): string[] {
  const order = orderOf(question);
  const { keeps, rankings } = ORDERS[order];
  const best = rankings.map((tiers) => tiers.find((tier) => satisfies(listing, tier)));
  const { familyType } = question;
  const needs = [
    ...(order === 'newest' ? [] : [{ need: ASKED_FOR[order], words: wordsOf(listing, [keeps, ...best]) }]),
    ...(familyType === 'any' ? [] : [{ need: FAMILY[familyType], words: wordsOf(listing, [FAMILIES[familyType]]) }]),
  ];
  // What keeps no listing out is met by any: nothing of this one speaks for it.
  return together(needs.filter(({ words }) => words.length > 0)).map(
    ({ need, words }) => `찾으시는 조건(${need})에 맞는 ${words.join(' · ')}`,
  );
}

/** Where what meets one need meets the other too, the words stand once. */
function together(needs: readonly Met[]): readonly Met[] {
  const [fewer, more] = [...needs].sort((a, b) => a.words.length - b.words.length);
  if (fewer === undefined || more === undefined || !fewer.words.every((word) => more.words.includes(word)))
    return needs;
  return [{ need: needs.map(({ need }) => need).join(' · '), words: more.words }];
}

/** @returns the budget, and the price that lies in it; none if the listing says no price. */
export function budgetMet(listing: Listing, { budgetMin, budgetMax }: Question): string[] {
  if (listing.price === null) return [];
  const from = budgetMin === 0 || budgetMin === budgetMax ? '' : `${grouped(budgetMin)}~`;
  const budget = `${from}${grouped(budgetMax)}만원${budgetMin === 0 ? ' 이하' : ''}`;
  // What a lease or rental costs is no price of a car.
  const kind = satisfies(listing, SALE) ? '' : `${listing.sell_type} `;
  return [`예산(${budget})에 맞는 ${kind}${grouped(listing.price)}만원`];
}

/** By what an order sorts the listings that its tiers leave equal: `2024년식 · 주행 12,000km`, as far as it is known. */
export function ownOf({ model_year: year, distance }: Pick<Listing, 'model_year' | 'distance'>): string[] {
  const own = [
    ...(year === null ? [] : [`${year}년식`]),
    ...(distance === null ? [] : [`주행 ${grouped(distance)}km`]),
  ];
  return own.length === 0 ? [] : [own.join(' · ')];
}

/** Why a listing that no preference speaks for: `찾으시는 조건(캠핑)에 맞는 기아 · SUV, 예산(…)에 맞는 2,340만원, …`. */
export function plainReason(listing: Listing, question: Question): string {
  return [...needsMet(listing, question), ...budgetMet(listing, question), ...ownOf(listing)].join(', ');
}

/** What of a listing satisfies these rules. */
function wordsOf(listing: Listing, rules: readonly (Condition | undefined)[]): string[] {
  const columns = rules.flatMap((rule) => (rule === undefined ? [] : columnsOf(listing, rule)));
  return NAMED.flatMap((column) => (columns.includes(column) ? (listing[column] ?? []) : []));
}

/** The columns by which a listing satisfies a rule; none if it does not. */
function columnsOf(listing: Listing, rule: Condition): TextColumn[] {
  if (!satisfies(listing, rule)) return [];
  if ('text' in rule) return [rule.text];
  const parts = 'all' in rule ? rule.all : 'any' in rule ? rule.any : [];
  return parts.flatMap((part) => columnsOf(listing, part));
}

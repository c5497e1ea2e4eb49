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

/** An amount in 만원, as people read it. */
export const won = (amount: number): string => amount.toLocaleString('ko-KR');

/** @returns the needs of a search, but its budget, that this listing meets, and with what of its own. */
export function needsMet(listing: Listing, question: Question): string[] {
  const order = orderOf(question);
  const { keeps, rankings } = ORDERS[order];
  const best = rankings.map((tiers) => tiers.find((tier) => satisfies(listing, tier)));
  const { familyType } = question;
  const family = familyType === 'any' ? [] : wordsOf(listing, [FAMILIES[familyType]]);
  return [
    ...(order === 'newest' ? [] : [met(ASKED_FOR[order], wordsOf(listing, [keeps, ...best]))]),
    ...(familyType === 'any' || family.length === 0 ? [] : [met(FAMILY[familyType], family)]),
  ];
}

/** @returns the budget, and the price that lies in it; none if the listing says no price. */
export function budgetMet({ price }: Listing, { budgetMin, budgetMax }: Question): string[] {
  if (price === null) return [];
  const budget = budgetMin === 0 ? `${won(budgetMax)}만원 이하` : `${won(budgetMin)}~${won(budgetMax)}만원`;
  return [`예산(${budget})에 맞는 ${won(price)}만원`];
}

/** Why a listing that no preference speaks for: `찾으시는 조건(캠핑)에 맞는 기아 · SUV, 예산(…)에 맞는 2,340만원, …`. */
export function plainReason(listing: Listing, question: Question): string {
  const { model_year: year, distance } = listing;
  // By these an order sorts what its tiers leave equal.
  const own = [...(year === null ? [] : [`${year}년식`]), ...(distance === null ? [] : [`주행 ${won(distance)}km`])];
  return [...needsMet(listing, question), ...budgetMet(listing, question), own.join(' · ')].filter(Boolean).join(', ');
}

const met = (need: string, words: readonly string[]): string =>
  `찾으시는 조건(${need})에 ${words.length === 0 ? '맞음' : `맞는 ${words.join(' · ')}`}`;

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

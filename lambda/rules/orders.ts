import type { Condition } from './condition';
import {
  all,
  any,
  carType,
  FLAGSHIP,
  fuel,
  GENESIS,
  GERMAN,
  HYUNDAI_KIA,
  LARGE_SUV,
  RV_MPV,
  SSANGYONG,
  SUV,
  VAN,
  WAGON,
} from './vocabulary';

/**
 * Which listings an order keeps, and by which rankings it sorts them, the weightiest first. Behind the rankings come,
 * in every order: newest model year, fewest whole 10,000 km, cheapest, lowest vehicle_id.
 */
export interface Order {
  keeps: Condition | undefined;
  rankings: readonly (readonly Condition[])[];
}

/** The six buyer profiles, their filters and tiers. */
const PERSONAS = {
  first_car_anxiety: {
    keeps: all(carType('준중형', '소형', '중형'), any(HYUNDAI_KIA, GENESIS, SSANGYONG)),
    rankings: [[HYUNDAI_KIA, GENESIS, SSANGYONG]],
  },
  working_mom: {
    keeps: any(SUV, carType('중형', '준중형')),
    rankings: [
      [SUV, carType('중형'), carType('준중형')],
      [HYUNDAI_KIA, GENESIS],
    ],
  },
  mz_office_worker: {
    keeps: undefined,
    rankings: [
      [GERMAN, GENESIS, all(HYUNDAI_KIA, carType('중형', '준중형')), HYUNDAI_KIA],
      [fuel('하이브리드'), fuel('가솔린'), fuel('디젤')],
    ],
  },
  camping_lover: {
    keeps: any(SUV, RV_MPV, WAGON),
    rankings: [[LARGE_SUV, SUV, RV_MPV, WAGON]],
  },
  large_family_dad: {
    keeps: any(SUV, RV_MPV, VAN, carType('대형')),
    rankings: [
      [any(RV_MPV, VAN), LARGE_SUV, carType('대형'), SUV],
      [fuel('디젤'), fuel('하이브리드'), fuel('가솔린')],
    ],
  },
  ceo_executive: {
    keeps: any(
      all(any(carType('중형', '준대형', '대형'), SUV), any(GERMAN, GENESIS)),
      all(carType('중형', '준대형', '대형'), HYUNDAI_KIA),
    ),
    rankings: [[GERMAN, GENESIS, HYUNDAI_KIA], [FLAGSHIP]],
  },
} satisfies Record<string, Order>;

export type PersonaId = keyof typeof PERSONAS;
export const PERSONA_IDS = Object.keys(PERSONAS) as [PersonaId, ...PersonaId[]];

/**
 * Every order that a question can ask for: a persona's, or `newest` without one. Camping without a persona is
 * camping_lover's.
 */
export const ORDERS: Readonly<Record<OrderId, Order>> = { newest: { keeps: undefined, rankings: [] }, ...PERSONAS };
export type OrderId = PersonaId | 'newest';
export const ORDER_IDS = Object.keys(ORDERS) as OrderId[];

/** @param make what stands for each order; made in the sequence of {@link ORDER_IDS}. */
export function byOrder<T>(make: (id: OrderId, position: number) => T): Record<OrderId, T> {
  return Object.fromEntries(ORDER_IDS.map((id, position) => [id, make(id, position)])) as Record<OrderId, T>;
}

/** Family types that have an effect: the listings that they put before all other tiers. */
export const FAMILIES = {
  young_children: any(SUV, RV_MPV, carType('중형', '준중형')),
  large: any(RV_MPV, VAN, LARGE_SUV),
} satisfies Record<string, Condition>;

export type FamilyType = keyof typeof FAMILIES;
export const FAMILY_TYPES = Object.keys(FAMILIES) as FamilyType[];

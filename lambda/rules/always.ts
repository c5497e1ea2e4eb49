import type { Condition } from './condition';
import { all, carType, carTypeContains, maker, modelContains, not } from './vocabulary';

/** Prices that stand for "contracted" or "ask" (만원). */
export const PLACEHOLDER_PRICES = [1111, 5555, 7777, 8888, 9999, 99999] as const;

const known = (text: 'manufacturer' | 'model' | 'car_type' | 'detail_url' | 'photo'): Condition =>
  not({ text, in: [''] });

/** What every listing in an answer satisfies, whatever was asked. The budget and the lease come with the question. */
export const ALWAYS: Condition = all(
  { number: 'price', from: 1, notIn: PLACEHOLDER_PRICES },
  { number: 'distance', below: 200_000 },
  { number: 'model_year', from: 2015 },
  ...(['manufacturer', 'model', 'car_type', 'detail_url', 'photo'] as const).map(known),
  not(maker('기타 제조사', '기타', '불명')),
  not(carType('화물', '상용', '기타', '불명')),
  not(carTypeContains('포터', '트럭')),
  not(modelContains('포터', '트럭')),
);

/** A sale, not a lease or rental. */
export const SALE: Condition = { text: 'sell_type', in: ['일반', ''] };

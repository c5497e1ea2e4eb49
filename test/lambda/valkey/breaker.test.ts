import { Breaker } from '../../../lambda/valkey/breaker';

let now = 0;
let breaker: Breaker;

beforeEach(() => {
  now = 1_000;
  breaker = new Breaker(() => now);
});

const fail = (times: number) => {
  for (let i = 0; i < times; i++) breaker.failed();
};

test('opens after three failures in a row; a success between them counts anew', () => {
  fail(2);
  breaker.succeeded();
  fail(2);
  expect(breaker.isOpen).toBe(false);
  breaker.failed();
  expect(breaker.isOpen).toBe(true);
});

test('lets one caller probe after a quarter of a second, and no second one until that has failed', () => {
  fail(3);
  expect(breaker.takeProbe()).toBe(false);
  now += 250;
  expect([breaker.takeProbe(), breaker.takeProbe()]).toEqual([true, false]);
  breaker.failed();
  expect(breaker.takeProbe()).toBe(false);
  now += 250;
  expect(breaker.takeProbe()).toBe(true);
});

test('closes when a probe succeeds', () => {
  fail(3);
  breaker.succeeded();
  expect([breaker.isOpen, breaker.takeProbe()]).toEqual([false, false]);
});

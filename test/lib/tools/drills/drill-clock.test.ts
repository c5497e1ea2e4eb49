import { DrillClock } from '../../../../lib/tools/drills/drill-clock';

afterEach(() => jest.useRealTimers());

/** @returns minutes by the clock in a minute of real time, in which a search ends so often. */
function minutes(everyMs: number): number {
  jest.useFakeTimers({ now: 0 });
  const clock = new DrillClock();
  const timer = setInterval(clock.searched, everyMs);
  jest.advanceTimersByTime(60_000);
  clearInterval(timer);
  return Math.round(clock.now() / 60_000);
}

test('a minute takes 0.4 s, and longer where a machine answers fewer searches than a drill asks, up to 2 s', () => {
  expect(minutes(40)).toBe(150);
  expect(minutes(60)).toBe(150);
  expect(minutes(120)).toBe(75);
  expect(minutes(10_000)).toBe(30);
});

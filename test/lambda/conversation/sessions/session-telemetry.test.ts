import { METRICS } from '../../../../lambda/contract/metrics';
import { Problem } from '../../../../lambda/http/problem';
import { SessionTelemetry } from '../../../../lambda/conversation/sessions/session-telemetry';
import { Emitter } from '../../../../lambda/telemetry/emitter';

const failsWith = (error: Error) => () => Promise.reject(error);

test.each<[string, () => Promise<string>, string[]]>([
  ['an answer', () => Promise.resolve('cars'), [METRICS.questionsAsked, METRICS.questionsAnswered]],
  ['no store to ask', failsWith(new Problem(503, 'later')), [METRICS.questionsAsked]],
  ['a bug', failsWith(new TypeError('x is not a function')), [METRICS.questionsAsked]],
  ['a session that nobody began', failsWith(new Problem(404, 'no such session')), []],
  ['needs that break a rule', failsWith(new Problem(400, 'budgetMin')), []],
])('of a question that ends with %s counts what the service was asked and answered', async (_, answer, counted) => {
  const emitter = new Emitter({});
  const count = jest.spyOn(emitter, 'count');
  await new SessionTelemetry(emitter).question(answer).catch(() => undefined);
  expect(count.mock.calls.map(([name]) => name)).toEqual(counted);
});

/* eslint jest/no-standalone-expect: 'off' -- the commands of the model hold the expectations */
import fc from 'fast-check';
import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../../lambda/conversation/conversation-function';
import { AGENTS, type Agent } from '../../../../lambda/conversation/sessions/operations/vocabulary';
import { call, type Answer } from '../../../support/api';
import { startEngines, type Engines } from '../../../support/engines';

/** A session as one would write it without concurrency, idempotency or Valkey. */
interface Model {
  version: number;
  questionCount: number;
  completed: boolean;
  needs: unknown[];
  search: Json;
  satisfaction: number | null;
  agentStates: Record<Agent, Json>;
}
interface Real {
  path: string;
  keys: number;
}
type Json = Record<string, unknown>;

let engines: Engines;
let conversation: ConversationFunction;

beforeAll(async () => {
  engines = await startEngines(200);
  conversation = await createConversationFunction(engines.env('conversation'));
});

afterAll(async () => {
  await conversation.close();
  await engines.stop();
});

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7396, section 2, word by word. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = Object.assign(Object.create(null) as Json, isObject(target) ? target : {});
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, name);
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** One write: what is sent, and what it does to the model. */
class Write implements fc.AsyncCommand<Model, Real> {
  constructor(
    private readonly what: string,
    private readonly method: string,
    private readonly target: string,
    private readonly body: unknown,
    private readonly apply: (model: Model) => void,
    private readonly ifMatch: 'none' | 'current' | 'stale',
    private readonly repeat: boolean,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const key = `k${real.keys++}`;
    const headers: Record<string, string> = { 'Idempotency-Key': key };
    if (this.ifMatch !== 'none') headers['If-Match'] = `"${model.version + (this.ifMatch === 'stale' ? 1 : 0)}"`;
    const send = (): Promise<Answer> =>
      call(conversation.handler, this.method, real.path + this.target, { body: this.body, headers });
    const expected = model.completed && this.what !== 'satisfaction' ? 409 : this.ifMatch === 'stale' ? 412 : 200;
    const first = await send();
    expect(first.status).toBe(expected);
    if (expected === 200) {
      this.apply(model);
      model.version++;
      expect(first.body.version).toBe(model.version);
    }
    if (this.repeat) {
      const again = await send();
      expect([again.status, again.body.version]).toEqual([expected, first.body.version]);
    }
    const session = await call(conversation.handler, 'GET', real.path);
    const { version, questionCount, needs, search, satisfaction, agentStates } = session.body;
    expect({ version, questionCount, needs, search, satisfaction, agentStates }).toEqual({
      version: model.version,
      questionCount: model.questionCount,
      needs: plain(model.needs),
      search: plain(model.search),
      satisfaction: model.satisfaction,
      agentStates: plain(model.agentStates),
    });
  }

  toString(): string {
    return `${this.what}(${JSON.stringify(this.body)}, If-Match ${this.ifMatch}${this.repeat ? ', repeated' : ''})`;
  }
}

/** Few, so that what was removed comes back under the same name. */
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b') },
  { weight: 1, arbitrary: fc.constantFrom('a/b', '~', '__proto__', '') },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
);
/** Null, arrays and nested objects all have a meaning of their own in a merge patch. */
const { patch } = fc.letrec<{ value: unknown; patch: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, '', 0, true, 1.5, 9007199254740991, '{', [], [null, {}], {}),
    fc.string(),
    tie('patch'),
    tie('patch'),
  ),
  patch: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 4 })
    // Through JSON, as a client sends it: `__proto__` is a name like any other.
    .map(
      (entries) =>
        JSON.parse(
          `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
        ) as Json,
    ),
}));
const conditions = fc.tuple(
  fc.constantFrom<'none' | 'current' | 'stale'>('none', 'none', 'none', 'current', 'stale'),
  fc.boolean(),
);

const writes: [fc.Arbitrary<Write>, ...fc.Arbitrary<Write>[]] = [
  fc.tuple(fc.constantFrom('concierge', 'concierge', 'concierge', ...AGENTS), patch, conditions).map(
    ([agent, body, [ifMatch, repeat]]) =>
      new Write('patch', 'PATCH', `/agents/${agent}`, body, (model) => {
        model.agentStates[agent] = mergePatch(model.agentStates[agent], body) as Json;
      }, ifMatch, repeat), // prettier-ignore
  ),
  fc
    .tuple(fc.array(patch, { minLength: 1, maxLength: 3 }), conditions)
    .map(
      ([needs, [ifMatch, repeat]]) =>
        new Write('needs', 'POST', '/needs', { needs }, (model) => model.needs.push(...needs), ifMatch, repeat),
    ),
  fc
    .tuple(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 500, max: 9_000 }),
      fc.constantFrom(null, 'working_mom', 'none'),
      conditions,
    )
    .map(
      ([budgetMin, budgetMax, persona, [ifMatch, repeat]]) => {
      const needs = { budgetMin, budgetMax, persona };
      return new Write('question', 'POST', '/questions', { question: '?', needs }, (model) => {
        model.search = mergePatch(model.search, needs) as Json;
        model.questionCount++;
      }, ifMatch, repeat);
    }, // prettier-ignore
    ),
  fc
    .tuple(fc.constantFrom(0, 4.5, 5), conditions)
    .map(
      ([score, [ifMatch, repeat]]) =>
        new Write(
          'satisfaction',
          'POST',
          '/satisfaction',
          { score },
          (model) => (model.satisfaction = score),
          ifMatch,
          repeat,
        ),
    ),
];
/** Rarer than the others: nothing is written after it. */
const completion = fc
  .tuple(fc.constant('complete'), conditions)
  .map(
    ([what, [ifMatch, repeat]]) =>
      new Write(what, 'POST', '/complete', undefined, (model) => (model.completed = true), ifMatch, repeat),
  );

/** Patches to the same members again and again are what goes wrong; a session that is completed early shows little. */
const commands = [...new Array<(typeof writes)[0]>(20).fill(writes[0]), ...writes, completion];

test('a session does what the model does, whatever is written, repeated or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: 'max' }), async (sequence) => {
      const created = await call(conversation.handler, 'POST', '/v1/sessions', {
        body: { userId: `u${Math.random().toString(36).slice(2)}`, question: '?' },
      });
      const model: Model = {
        version: 1,
        questionCount: 0,
        completed: false,
        needs: [],
        search: {},
        satisfaction: null,
        agentStates: { concierge: {}, needs_analyst: {}, data_analyst: {} },
      };
      const real = { path: `/v1/sessions/${created.body.sessionId}`, keys: 0 };
      await fc.asyncModelRun(() => ({ model, real }), sequence);
    }),
    { numRuns: 60 },
  );
});

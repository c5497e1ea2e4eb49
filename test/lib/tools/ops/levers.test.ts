import { Cluster } from 'iovalkey';
import { CATALOGUE_KEYS, parseQuestionId, searchKey } from '../../../../lambda/contract/keys';
import { createOperationsFunction, type OperationsFunction } from '../../../../lambda/levers/operations-function';
import type { Lever, Purged, RolledBack, Shown } from '../../../../lambda/levers/request';
import { createSearchFunction, type SearchFunction } from '../../../../lambda/search/search-function';
import { createWarmUpFunction, type WarmUpFunction } from '../../../../lambda/warm-up/warm-up-function';
import { withClient } from '../../../../lib/tools/example-data/vehicles-table';
import { search, startEngines, type Engines } from '../../../support/engines';

let engines: Engines;
let operations: OperationsFunction;
let warmUp: WarmUpFunction;
let searching: SearchFunction;
/** An administrator's client, for what no function may do. */
let admin: Cluster;

beforeAll(async () => {
  engines = await startEngines(1_000);
  const [{ host, port, username, password, ca } = { host: '', port: 0 }] = engines.cluster.adminConnections();
  admin = new Cluster([{ host, port }], { redisOptions: { username, password, tls: { ca } } });
  operations = createOperationsFunction(engines.env('operations'));
  warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
  searching = await createSearchFunction(engines.env('search'));
});

afterAll(async () => {
  admin.disconnect();
  operations.close();
  await searching.close();
  await warmUp.close();
  await engines.stop();
});

const command = (name: string, ...args: string[]) => admin.call(name, ...args);
const operate = <T>(lever: Lever) => {
  const by = lever.operation === 'show' ? {} : { by: 'arn:aws:sts::1:assumed-role/operator/kim' };
  return operations.handler({ ...lever, ...by }) as Promise<T>;
};

async function tierOf(query: string): Promise<string> {
  const answer = await searching.handler(search(query));
  expect(answer.statusCode).toBe(200);
  return String(answer.headers?.['x-cache']);
}

/** Searches look at the pointer once a second. */
const nextLook = () => new Promise((resolve) => setTimeout(resolve, 1_050));
const stats = async (name: string) => {
  const infos = (await engines.cluster.everywhere('INFO', 'commandstats')) as string[];
  const pattern = new RegExp(`cmdstat_${name}:calls=(\\d+)`);
  return infos.reduce((sum, info) => sum + Number(pattern.exec(info)?.[1] ?? 0), 0);
};

describe('bypass', () => {
  const question = 'budgetMin=1000&budgetMax=3456';

  afterEach(async () => {
    await operate({ operation: 'bypass' });
  });

  test('answers: a stored answer is not served and none is written, the index answers', async () => {
    await tierOf(question);
    expect(await tierOf(question)).toBe('hit');
    const { bypass } = await operate<Shown>({ operation: 'bypass', scope: 'answers', seconds: 600 });
    expect(bypass).toEqual({ scope: 'answers', seconds: 600 });
    await nextLook();
    expect(await tierOf(question)).toBe('index');
    expect(await tierOf(`${question}&limit=7`)).toBe('index');
    const id = '1000-3456_none_nolease_any_any_7_0';
    const { current = '' } = await operate<Shown>({ operation: 'show' });
    const parsed = parseQuestionId(id);
    if (parsed === undefined) throw new Error(id);
    const key = searchKey(parsed, current);
    expect(await command('EXISTS', key)).toBe(0);
  });

  test('valkey: index in memory and database answer, with the same bytes, and Valkey is left in peace', async () => {
    const before = await searching.handler(search(`${question}&offset=20`));
    await operate({ operation: 'bypass', scope: 'valkey' });
    await nextLook();
    await tierOf(question);
    const reads = (await stats('hmget')) + (await stats('evalsha'));
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await searching.handler(search(`${question}&offset=20`)));
    expect(answers.map(({ headers }) => headers?.['x-cache'])).toEqual(new Array(5).fill('database'));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set([before.body]));
    // A look at the pointer may have fallen due.
    expect((await stats('hmget')) + (await stats('evalsha')) - reads).toBeLessThanOrEqual(1);
  });

  test('it ends by itself', async () => {
    await operate({ operation: 'bypass', scope: 'answers', seconds: 60 });
    expect((await operate<Shown>({ operation: 'show' })).bypass?.seconds).toBeLessThanOrEqual(60);
    await expect(operate({ operation: 'bypass', scope: 'answers', seconds: 100_000 })).rejects.toThrow('86400');
  });

  test('off: stored answers are served again within a second', async () => {
    await operate({ operation: 'bypass', scope: 'answers' });
    await nextLook();
    expect(await tierOf(question)).toBe('index');
    expect(await operate({ operation: 'bypass' })).toEqual({ bypass: undefined });
    await nextLook();
    await tierOf(question);
    expect(await tierOf(question)).toBe('hit');
  });
});

describe('catalogue', () => {
  test('rolls back to the version before, keeps it against warm-ups, and goes forward again', async () => {
    const first = (await operate<Shown>({ operation: 'show' })).current ?? '';
    await withClient(engines.postgres.ownerUrl, (client) =>
      client.query('UPDATE vehicles SET price = price + 1 WHERE price BETWEEN 1000 AND 1500'),
    );
    const { outcome, version: second } = await warmUp.handler({ force: true });
    expect(outcome).toBe('published');

    const plan = await operate<RolledBack>({ operation: 'rollback', pull: false });
    expect(plan).toMatchObject({ from: second, to: first, missingListings: 0, pulled: false });
    expect((await operate<Shown>({ operation: 'show' })).current).toBe(second);

    await operate({ operation: 'rollback', pull: true });
    expect(await operate<Shown>({ operation: 'show' })).toMatchObject({ current: first, pinned: first });
    expect((await warmUp.handler({ force: true })).outcome).toBe('pinned');
    expect((await operate<Shown>({ operation: 'show' })).current).toBe(first);

    expect(await operate({ operation: 'unpin' })).toEqual({ unpinned: true });
    expect((await warmUp.handler({})).outcome).toBe('published');
    expect(await operate<Shown>({ operation: 'show' })).toMatchObject({ current: second, pinned: undefined });
  });

  test('a version that is not kept, or whose index is damaged, is refused', async () => {
    await expect(operate({ operation: 'rollback', version: 'nothing', pull: true })).rejects.toThrow(
      'There is no catalogue nothing',
    );
    const { versions, current } = await operate<Shown>({ operation: 'show' });
    const other = versions.find(({ version }) => version !== current)?.version ?? '';
    await command('SET', `index:${other}:0`, 'damaged', 'KEEPTTL');
    await expect(operate({ operation: 'rollback', version: other, pull: true })).rejects.toThrow(
      'is not whole any more',
    );
    expect((await operate<Shown>({ operation: 'show' })).pinned).toBeUndefined();
  });
});

describe('purge', () => {
  const total = ({ found }: Purged) => Object.values(found).reduce((sum, count) => sum + count, 0);

  test('counts on every primary, then removes what has the prefix and nothing else', async () => {
    await Promise.all(Array.from({ length: 2_500 }, (_, i) => command('SET', `search:old-${i}`, 'x', 'EX', '600')));
    const counted = await operate<Purged>({ operation: 'purge', prefix: 'search:old-', pull: false });
    expect([total(counted), counted.removed]).toEqual([2_500, 0]);
    expect(Object.values(counted.found).every((count) => count > 500)).toBe(true);
    const { current } = await operate<Shown>({ operation: 'show' });
    expect(await operate<Purged>({ operation: 'purge', prefix: 'search:old-', pull: true })).toMatchObject({
      removed: 2_500,
      unfinished: false,
    });
    expect(total(await operate<Purged>({ operation: 'purge', prefix: 'search:old-', pull: false }))).toBe(0);
    expect((await operate<Shown>({ operation: 'show' })).current).toBe(current);
  });

  test.each(['index:', 'listing:', 'lease:', 'search', '*', 'search:*', 'sea'])('%s is refused', async (prefix) => {
    await expect(operate({ operation: 'purge', prefix, pull: true })).rejects.toThrow('must begin with one of');
  });

  test('what people said goes only when that is said too', async () => {
    await command('SET', 'chat:{u}', 'x', 'EX', '600');
    await expect(operate({ operation: 'purge', prefix: 'chat:', pull: true })).rejects.toThrow('--people');
    expect(await command('EXISTS', 'chat:{u}')).toBe(1);
    await operate({ operation: 'purge', prefix: 'chat:', people: true, pull: true });
    expect(await command('EXISTS', 'chat:{u}')).toBe(0);
  });
});

test('where Valkey is away, a lever says so instead of pretending', async () => {
  const elsewhere = createOperationsFunction({ ...engines.env('operations'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const pulled = elsewhere.handler({ by: 'me', operation: 'bypass', scope: 'valkey' });
  await expect(pulled).rejects.toThrow('Valkey is unavailable');
  elsewhere.close();
  expect(await command('EXISTS', CATALOGUE_KEYS.bypass)).toBe(0);
});

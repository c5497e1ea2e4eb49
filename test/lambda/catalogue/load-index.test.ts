import { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { encodeIndex } from '../../../lambda/catalogue/index-format';
import { HASH_BYTES } from '../../../lambda/rules/listing';
import { IndexLoader } from '../../../lambda/catalogue/load-index';
import { ORDER_IDS, type OrderId } from '../../../lambda/rules/orders';
import { Allowance, RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { PublishedCatalogues } from '../../../lambda/warm-up/published-catalogues';
import { startEngines, type Engines } from '../../support/engines';

const VERSION = 'abcdef012345';
/** Ten times today's listings. */
const ROWS = 1_000_000;

let engines: Engines;
const index = large();

beforeAll(async () => {
  engines = await startEngines(10);
  const writer = ValkeyClient.fromEnvironment(engines.env('warm-up'), {
    commandTimeoutMs: 60_000,
  });
  await new PublishedCatalogues(writer).write(
    new RequestContext(120_000),
    index,
    { listings: ROWS, popular: [] },
    Date.now(),
  );
  writer.close();
});

afterAll(() => engines.stop());

function large(): CatalogueIndex {
  const numbers = Uint32Array.from({ length: ROWS }, (_, row) => row);
  return new CatalogueIndex(VERSION, {
    prices: Int32Array.from(numbers),
    vehicleIds: Int32Array.from(numbers),
    hashes: Buffer.alloc(ROWS * HASH_BYTES, 7),
    flags: new Uint16Array(ROWS),
    orders: Object.fromEntries(ORDER_IDS.map((id) => [id, numbers])) as Record<OrderId, Uint32Array>,
  });
}

const bytesOf = (each: CatalogueIndex) => Buffer.concat(encodeIndex(each));

/** A share of time that is over after so many waves, however fast the machine is. */
class Waves extends Allowance {
  constructor(private left: number) {
    super(120_000);
  }

  override get remaining(): number {
    return this.left > 0 ? super.remaining : 0;
  }

  override async spend<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await super.spend(work);
    } finally {
      this.left--;
    }
  }
}

/** GETs that all shards have served. */
async function gets(): Promise<number> {
  const infos = await engines.cluster.everywhere('INFO', 'commandstats');
  return infos.reduce<number>((sum, info) => sum + Number(/cmdstat_get:calls=(\d+)/.exec(String(info))?.[1] ?? 0), 0);
}

test('an index that no request has the time to load is loaded by several, and no piece is fetched twice', async () => {
  const client = ValkeyClient.fromEnvironment(engines.env('search'), { commandTimeoutMs: 60_000 });
  try {
    const loader = await IndexLoader.find(client, new RequestContext(120_000), VERSION);
    // The head, and each array of its own: 4 bytes a row, but 8 of the hashes and 2 of the flags.
    const pieces = 1 + 2 * 8 + 16 + 4 + 7 * 8;
    expect(loader?.manifest.chunks).toBe(pieces);
    const before = await gets();
    const arrived: number[] = [];
    let found: CatalogueIndex | undefined;
    while (found === undefined && arrived.length < pieces) {
      const request = Object.assign(new RequestContext(), { valkey: new Waves(2) });
      found = (await loader?.load(request))?.index;
      if (found === undefined) arrived.push(loader?.arrived ?? 0);
    }
    expect(arrived).toEqual([32, 64]);
    expect(found !== undefined && bytesOf(found).equals(bytesOf(index))).toBe(true);
    expect((await gets()) - before).toBe(pieces);
  } finally {
    client.close();
  }
});

test('an index with a damaged piece is none, and all of it is fetched anew', async () => {
  const client = ValkeyClient.fromEnvironment(engines.env('search'), { commandTimeoutMs: 60_000 });
  const key = `index:${VERSION}:3`;
  const ttl = 60_000;
  try {
    await client.connect(60_000);
    const whole = await client.cluster.getBuffer(key);
    const damaged = Buffer.from(whole ?? '').fill(1, 100, 101);
    await engines.cluster.onKey('SET', key, damaged, 'PX', ttl);
    const loader = await IndexLoader.find(client, new RequestContext(120_000), VERSION);
    expect(await loader?.load(new RequestContext(120_000))).toBeUndefined();
    expect(loader?.arrived).toBe(0);
    await engines.cluster.onKey('SET', key, whole ?? '', 'PX', ttl);
    const found = await loader?.load(new RequestContext(120_000));
    expect(found !== undefined && bytesOf(found.index).equals(bytesOf(index))).toBe(true);
  } finally {
    client.close();
  }
});

test('of an index of another format no piece is fetched', async () => {
  const client = ValkeyClient.fromEnvironment(engines.env('search'), { commandTimeoutMs: 60_000 });
  const key = `index:${VERSION}`;
  try {
    await engines.cluster.onKey('HSET', key, 'format', 3);
    expect(await IndexLoader.find(client, new RequestContext(120_000), VERSION)).toBeUndefined();
    await engines.cluster.onKey('HSET', key, 'format', 2);
    expect(await IndexLoader.find(client, new RequestContext(120_000), VERSION)).toBeDefined();
  } finally {
    client.close();
  }
});

test('a piece that is gone leaves the load unfinished, whatever the time', async () => {
  const client = ValkeyClient.fromEnvironment(engines.env('search'), { commandTimeoutMs: 60_000 });
  try {
    await engines.cluster.onKey('DEL', `index:${VERSION}:20`);
    const loader = await IndexLoader.find(client, new RequestContext(120_000), VERSION);
    expect(await loader?.load(new RequestContext(120_000))).toBeUndefined();
    expect(loader?.arrived).toBe((loader?.manifest.chunks ?? 0) - 1);
  } finally {
    client.close();
  }
});

import type { Cluster } from 'iovalkey';
import { defineScript, plainScript } from '../../../lambda/valkey/script';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { RequestContext } from '../../../lambda/telemetry/request';

const ECHO = defineScript<string, [text: string, seconds: number]>('return ARGV[1]');
const BYTES = defineScript<Buffer, [bytes: Buffer]>('return ARGV[1]', true);

test('a script has its own keys and arguments, and the client of all has no scripts: held by the type check', () => {
  const wrong = [
    // @ts-expect-error -- one argument is missing
    () => plainScript(ECHO, ['k'], ['text']),
    // @ts-expect-error -- and this one is of another type
    () => plainScript(ECHO, ['k'], ['text', 'soon']),
    // @ts-expect-error -- without a key there is no node
    () => plainScript(ECHO, [], ['text', 1]),
    // @ts-expect-error -- the warm-up's
    (): keyof Cluster => 'renewLease',
  ];
  expect(wrong).toHaveLength(4);
});

test('a script that the engine does not know is sent whole, once; bytes come back as bytes', async () => {
  const cluster = await LocalCluster.start();
  const valkey = ValkeyClient.fromEnvironment(cluster.environment('search'));
  try {
    await valkey.connect(10_000);
    const bytes = Buffer.from([0xff, 0x00, 0x80]);
    for (let i = 0; i < 2; i++) {
      const all = await valkey.all(new RequestContext(10_000), [
        plainScript(ECHO, ['search:a'], ['캠핑', 1]),
        plainScript(BYTES, ['search:b'], [bytes]),
      ]);
      expect(all).toEqual(['캠핑', bytes]);
    }
    const stats = await Promise.all(cluster.nodes.map((node) => node.ask('INFO', 'commandstats')));
    const calls = (name: string) =>
      stats.reduce(
        (sum: number, text) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(String(text))?.[1] ?? 0),
        0,
      );
    expect([calls('evalsha'), calls('eval')]).toEqual([4, 2]);
  } finally {
    valkey.close();
    await cluster.stop();
  }
});

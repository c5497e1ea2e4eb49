import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { makeTemporaryFolder } from '../../lib/tools/engines/run-folder';
import { bundleFunction } from '../../lib/constructs/functions/bundle';
import { LocalFunction } from '../../lib/tools/local-stage/local-function';
import { loseWhatIsNotReplicated } from './lost-writes';
import { request, startEngines, type Engines } from './engines';

export const WRITERS = 50;
/** Writes that are answered without a replica before the primary dies. */
const AT_RISK = 10;

/** The conversation function in four processes, on a cluster whose primaries have a replica each. */
export class Writers {
  private constructor(
    readonly engines: Engines,
    private readonly conversation: LocalFunction,
    private readonly folder: string,
    /** Of each writer. */
    readonly updates: number,
  ) {}

  static async start(updates: number): Promise<Writers> {
    const folder = makeTemporaryFolder('writers');
    const engines = await startEngines(10, { replicasPerPrimary: 1 });
    bundleFunction('conversation', folder);
    // Near to production: what a replica is waited for is what makes a write durable or not.
    const own = { POWERTOOLS_LOG_LEVEL: 'SILENT', DEADLINE_FACTOR: '4' };
    const environment = { ...engines.env('conversation'), ...own };
    return new Writers(engines, await LocalFunction.start(folder, environment, { processes: 4 }), folder, updates);
  }

  async stop(): Promise<void> {
    await this.conversation.stop();
    await this.engines.stop();
    rmSync(this.folder, { recursive: true });
  }

  async send(method: string, target: string, body: unknown, headers = {}): Promise<APIGatewayProxyResult> {
    const event = { ...request(method, target, '', JSON.stringify(body)), headers };
    return (await this.conversation.invoke(event)) as APIGatewayProxyResult;
  }

  /** As a client does it: the same request with the same ids, until it is known to be done. */
  async insist<T>(method: string, target: string, body: unknown, headers = {}): Promise<T> {
    for (;;) {
      const answer = await this.send(method, target, body, headers);
      if (answer.statusCode === 200) return JSON.parse(answer.body) as T;
      if (answer.statusCode !== 503) throw new Error(answer.body);
      await sleep(100);
    }
  }

  /**
   * Every writer makes its updates one after the other; in the middle the shard of a key loses what its replica lacks.
   * @param afterwards called when that has happened, with what had been answered before.
   */
  async write<T extends { durable: boolean }>(
    key: string,
    update: (writer: number, n: number) => Promise<T>,
    afterwards: (before: readonly T[]) => Promise<void> = () => Promise.resolve(),
  ): Promise<T[]> {
    const written: T[] = [];
    const writing = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 1; n <= this.updates; n++) written.push(await update(writer, n));
    });
    while (written.length < (WRITERS * this.updates) / 2) await sleep(20);
    let before: T[] = [];
    const atRisk = () => written.filter(({ durable }) => !durable).length;
    const already = atRisk();
    await loseWhatIsNotReplicated(this.engines.cluster, key, async () => {
      while (atRisk() < already + AT_RISK) await sleep(5);
      before = written.slice();
    });
    await afterwards(before);
    await Promise.all(writing);
    return written;
  }
}

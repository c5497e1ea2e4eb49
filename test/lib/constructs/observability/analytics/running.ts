import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { bundleFunction } from '../../../../../lib/constructs/functions/bundle';
import { LocalFunction } from '../../../../../lib/tools/local-stage/local-function';
import { get, startEngines, type Engines } from '../../../../support/engines';

const NAMES = ['warm-up', 'search', 'conversation'] as const;
type Name = (typeof NAMES)[number];

/** The bundles of the functions, each in a process of its own, with everything that they print. */
export class Running {
  readonly lines: string[] = [];
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'carfin-analytics-'));
  private readonly functions = new Map<Name, LocalFunction>();

  private constructor(readonly engines: Engines) {}

  static async start(): Promise<Running> {
    const running = new Running(await startEngines(1_000));
    for (const name of NAMES) await running.startFunction(name);
    return running;
  }

  async invoke(name: Name, event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
    return (await this.functions.get(name)?.invoke(event)) as APIGatewayProxyResult;
  }

  /** What has gathered goes out with the first request a second later. */
  async flush(): Promise<void> {
    await sleep(1_050);
    await this.invoke('search', get('/nowhere'));
    await this.invoke('conversation', get('/nowhere'));
    await sleep(200);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.functions.values()].map((each) => each.stop()));
    await this.engines.stop();
    rmSync(this.folder, { recursive: true });
  }

  private async startFunction(name: Name): Promise<void> {
    const bundle = path.join(this.folder, name);
    bundleFunction(name, bundle);
    const onLine = (line: string) => this.lines.push(line);
    const environment = this.engines.env(name);
    const started = await LocalFunction.start(bundle, environment, { onLine });
    this.functions.set(name, started);
    if (name === 'warm-up') await started.invoke({});
  }
}

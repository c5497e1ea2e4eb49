import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { InvocationError, type LocalFunction } from '../../local-stage/local-function';
import { Random } from '../../example-data/random';
import type { Observation } from './fault';
import type { KnownQuestion } from './questions';
import { Stalls } from './stalls';

/** Between two requests to one process, ms: a fault is met by requests spread over its time. */
const PAUSE_MS = 4;

/** Asks several processes at once, one request at a time each, and compares every answer with the truth. */
export class Asker {
  readonly observations: Observation[] = [];
  private readonly random = new Random(2);
  private readonly stalls = new Stalls();
  private readonly loops: Promise<void>[] = [];
  private asking = true;
  private underWay = 0;
  private pause: Promise<void> | undefined;

  constructor(private readonly questions: readonly KnownQuestion[]) {}

  start(handlers: readonly LocalFunction[]): void {
    for (const handler of handlers) this.loops.push(this.loop(handler));
  }

  /** Runs the work while no request is under way. */
  async between(work: () => Promise<unknown>): Promise<void> {
    let resume: () => void = () => undefined;
    this.pause = new Promise((resolve) => (resume = resolve));
    while (this.underWay > 0) await sleep(1);
    try {
      await work();
    } finally {
      this.pause = undefined;
      resume();
    }
  }

  async stop(): Promise<void> {
    this.asking = false;
    await Promise.all(this.loops);
    this.stalls.stop();
  }

  private async loop(handler: LocalFunction): Promise<void> {
    while (this.asking) {
      await this.pause;
      const question = this.random.pick(this.questions);
      this.underWay++;
      const observation = await this.ask(handler, question).finally(() => this.underWay--);
      this.observations.push(observation);
      if (observation.tier === 'ended') return;
      await sleep(PAUSE_MS);
    }
  }

  private async ask(handler: LocalFunction, { event, body }: KnownQuestion): Promise<Observation> {
    const at = performance.now();
    let answer: APIGatewayProxyResult;
    try {
      answer = (await handler.invoke(event)) as APIGatewayProxyResult;
    } catch (error) {
      const tier = error instanceof InvocationError && error.name === 'Runtime.ExitError' ? 'ended' : 'failed';
      return { at, addedMs: performance.now() - at, status: 500, tier, right: true };
    }
    const now = performance.now();
    const headers = answer.headers ?? {};
    const inDatabase = Number(/database;dur=([\d.]+)/.exec(String(headers['server-timing']))?.[1] ?? 0);
    return {
      at,
      addedMs: Math.max(0, now - at - this.stalls.within(at, now) - inDatabase),
      status: answer.statusCode,
      tier: String(headers['x-cache'] ?? 'none'),
      right: answer.statusCode >= 500 || (answer.statusCode === 200 && answer.body === body),
    };
  }
}

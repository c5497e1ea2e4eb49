import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { parseInfo } from '../../../lambda/valkey/info';
import { apiEvent } from '../local-stage/api-event';
import { hasRole, isInStep } from '../engines/cluster-roles';
import type { ValkeyBinary } from '../engines/valkey-binary';
import type { ValkeyNode } from '../engines/valkey-node';

/** What a rolling upgrade cost those who wrote meanwhile. */
export interface UpgradeFigures {
  /** The versions that its primary named before and after. */
  from: string;
  to: string;
  /** Writes that were answered `durable: true`, and how many of them are gone. */
  durable: number;
  lost: number;
  /** Requests answered 503; each was repeated until it was taken. */
  refused: number;
  /** The longest that a write waited from its first request to the answer that took it, ms. */
  longestMs: number;
}

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
type Pair = readonly [ValkeyNode, ValkeyNode];

/**
 * Upgrades one shard with one replica as ElastiCache does, while one agent writes to sessions: the replica is replaced,
 * takes over, and the former primary is replaced.
 * @param conversation the conversation's handler, on these nodes.
 * @throws Error if a request is refused by anything but 503.
 */
export async function upgradeUnderLoad(nodes: Pair, to: ValkeyBinary, conversation: Handler): Promise<UpgradeFigures> {
  const load = new SessionLoad(conversation);
  const [replica, primary] = (await hasRole(nodes[0], 'slave')) ? nodes : [nodes[1], nodes[0]];
  const from = await versionOf(primary);
  for (const node of [replica, primary]) {
    await load.goesOn();
    if (await hasRole(node, 'master')) await failOver(node, node === replica ? primary : replica);
    await node.stop();
    await node.start(to);
    await until(() => isInStep(node));
  }
  await load.goesOn();
  return { from, to: await versionOf(replica), ...(await load.end()) };
}

/** Asked for while the other is in step, so that no write is lost by it. */
async function failOver(primary: ValkeyNode, replica: ValkeyNode): Promise<void> {
  await until(() => isInStep(replica));
  await replica.ask('CLUSTER', 'FAILOVER');
  await until(() => hasRole(replica, 'master'));
  await until(() => hasRole(primary, 'slave'));
}

/** A session takes 1,000 members. */
const MEMBERS = 500;

interface Body {
  sessionId: string;
  durable: boolean;
  agentStates: { concierge?: Record<string, boolean> };
}

/**
 * One agent that writes a member after the other, each until it is taken; when a session has many, into the next one.
 */
class SessionLoad {
  private readonly sessions: string[] = [];
  private readonly durable: string[] = [];
  private refused = 0;
  private longestMs = 0;
  private on = true;
  private readonly ended: Promise<void>;

  constructor(private readonly handler: Handler) {
    this.ended = this.write();
    // Told by whoever awaits it next.
    this.ended.catch(() => undefined);
  }

  /** @returns once another write was durable. @throws what ended the writing. */
  async goesOn(): Promise<void> {
    const before = this.durable.length;
    while (this.durable.length === before) await Promise.race([sleep(20), this.ended]);
  }

  async end(): Promise<Omit<UpgradeFigures, 'from' | 'to'>> {
    this.on = false;
    await this.ended;
    const kept = new Set<string>();
    for (const session of this.sessions) {
      const { agentStates } = await this.insist('GET', `/v1/sessions/${session}`);
      for (const name of Object.keys(agentStates.concierge ?? {})) kept.add(name);
    }
    const { durable, refused, longestMs } = this;
    const lost = durable.filter((name) => !kept.has(name)).length;
    return { durable: durable.length, lost, refused, longestMs: Math.round(longestMs) };
  }

  private async write(): Promise<void> {
    for (let i = 0; this.on; i++) {
      if (i % MEMBERS === 0) this.sessions.push(await this.begin(`s${i}`));
      const began = performance.now();
      const state = `/v1/sessions/${this.sessions.at(-1) ?? ''}/agents/concierge`;
      if ((await this.insist('PATCH', state, { [`w${i}`]: true }, `w${i}`)).durable) this.durable.push(`w${i}`);
      this.longestMs = Math.max(this.longestMs, performance.now() - began);
    }
  }

  private async begin(key: string): Promise<string> {
    return (await this.insist('POST', '/v1/sessions', { userId: 'upgrade', question: '?' }, key)).sessionId;
  }

  /** As a client does it: the same request with the same key, until it is known to be done. */
  private async insist(method: string, path: string, body?: unknown, key?: string): Promise<Body> {
    const event = { ...apiEvent(method, path, body), headers: key === undefined ? {} : { 'Idempotency-Key': key } };
    for (;;) {
      const answer = await this.handler(event);
      if (answer.statusCode < 300) return JSON.parse(answer.body) as Body;
      if (answer.statusCode !== 503)
        throw new Error(`A request during the upgrade was answered ${answer.statusCode}: ${answer.body}`);
      this.refused++;
      await sleep(20);
    }
  }
}

/** Tries again, every 20 ms, until it holds; a node that can't be asked does not. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await sleep(20);
}

async function versionOf(node: ValkeyNode): Promise<string> {
  return parseInfo(String(await node.ask('INFO', 'server'))).valkey_version ?? 'unknown';
}

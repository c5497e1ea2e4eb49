import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { toJson } from '../rules/listing';
import { pageBody } from '../catalogue/page';
import { leaseKey, LIVE, searchKey, TTL } from '../contract/keys';
import type { VehicleDatabase } from '../database/vehicle-database';
import type { Question } from '../rules/question';
import { DATABASE_BUDGET_MS, type RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { plainScript } from '../valkey/script';
import { RELEASE_LEASE } from '../valkey/shared-scripts';
import { readAnswer, writeLeasedAnswer } from './stored-answer';

const POLL_EVERY_MS = 15;
/**
 * What the lease of a question may take beyond Valkey's share, ms: where the machines are busy, giving it up sooner
 * would have each of them ask the database, which helps nobody.
 */
const LEASE_SHARE_MS = DATABASE_BUDGET_MS / 4;

/** @returns the body of the answer, from one query. @throws DatabaseUnavailableError */
export async function queryAnswer(
  database: VehicleDatabase,
  question: Question,
  request: RequestContext,
): Promise<string> {
  const { total, listings } = await database.search(question, request);
  return pageBody(
    total,
    question.limit,
    question.offset,
    listings.map((listing) => toJson(listing)),
  );
}

/** How an answer without an index was found. */
interface LeasedAnswer {
  body: string;
  /** Whether another process had asked the database. */
  shared: boolean;
}

/**
 * Answers without an index: one process asks the database and stores what it finds, the others wait for that (leases,
 * after "Scaling Memcache at Facebook", NSDI '13). Without Valkey every process asks for itself, one question at a
 * time.
 * @throws DatabaseUnavailableError
 */
export async function leasedAnswer(
  valkey: ValkeyClient,
  database: VehicleDatabase,
  question: Question,
  request: RequestContext,
): Promise<LeasedAnswer> {
  const key = searchKey(question, LIVE);
  const lease = leaseKey(key);
  const token = randomUUID();
  const release = plainScript(RELEASE_LEASE, [lease], [token]);
  request.lendToValkey(LEASE_SHARE_MS);
  for (;;) {
    // In this order, on one connection: whoever gets the lease sees what its last holder stored.
    const { taken, stored } = await valkey.wave(request, {
      taken: { key: lease, send: (cluster) => cluster.set(lease, token, 'PX', DATABASE_BUDGET_MS, 'NX') },
      stored: readAnswer(key, request),
    });
    const leased = taken.ok && taken.value === 'OK';
    if (stored.ok && stored.value !== undefined) {
      if (leased) await valkey.wave(request, [release]);
      return { body: stored.value, shared: true };
    }
    // What is waited comes out of the database's share; half of it is left for a query of one's own.
    if (!taken.ok || leased || request.database.remaining < DATABASE_BUDGET_MS / 2) break;
    await request.database.spend(() => sleep(POLL_EVERY_MS));
  }
  try {
    const body = await queryAnswer(database, question, request);
    await valkey.wave(request, [writeLeasedAnswer(key, lease, token, body, TTL.searchLive)]);
    return { body, shared: false };
  } catch (error) {
    await valkey.wave(request, [release]);
    throw error;
  }
}

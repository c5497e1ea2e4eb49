import type { APIGatewayProxyEvent } from 'aws-lambda';
import { poolSettings } from '../../../../lambda/database/pool';
import { VehicleDatabase } from '../../../../lambda/database/vehicle-database';
import { FAMILY_TYPES, PERSONA_IDS } from '../../../../lambda/rules/orders';
import type { Question } from '../../../../lambda/rules/question';
import { queryAnswer } from '../../../../lambda/search/database-tier';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { searchEvent } from '../../local-stage/api-event';
import { Random } from '../../example-data/random';

/** ms that the database has for one true answer; nobody waits for it. */
const TRUTH_BUDGET_MS = 60_000;

/** A question as it is asked, and the bytes that are its only right answer. */
export interface KnownQuestion {
  event: APIGatewayProxyEvent;
  body: string;
}

/** Asks PostgreSQL alone, before anything is disturbed, for the answers to so many different questions. */
export async function knownQuestions(databaseUrl: string, count: number): Promise<KnownQuestion[]> {
  const database = new VehicleDatabase(poolSettings({ DATABASE_URL: databaseUrl }));
  const known: KnownQuestion[] = [];
  try {
    for (const question of randomQuestions(count)) {
      const body = await queryAnswer(database, question, new RequestContext(0, TRUTH_BUDGET_MS));
      known.push({ event: searchEvent({ ...question }), body });
    }
  } finally {
    await database.close();
  }
  return known;
}

function randomQuestions(count: number): Question[] {
  const random = new Random(1);
  return Array.from({ length: count }, (_, i) => {
    const budgetMin = random.integer(5, 50) * 100;
    const persona = random.pick(['none', ...PERSONA_IDS] as const);
    return {
      budgetMin,
      // Different for each, so that no two are one.
      budgetMax: budgetMin + 300 + i,
      persona,
      includeLease: random.integer(0, 4) === 0,
      usage: persona === 'none' && random.integer(0, 1) === 0 ? 'camping' : 'any',
      familyType: random.pick(['any', 'any', ...FAMILY_TYPES] as const),
      limit: random.pick([1, 5, 20, 20, 20, 50]),
      offset: random.pick([0, 0, 0, 20, 300]),
    };
  });
}

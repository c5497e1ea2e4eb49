import * as z from 'zod';
import type { AuditLine } from '../contract/audit';
import { CATALOGUE_KEYS } from '../contract/keys';
import { PeopleKey } from '../contract/people-key';
import { PERSONAL_DATA } from '../contract/personal-data';
import { ToldError } from '../contract/told-error';
import { Audit } from '../telemetry/audit';
import { logger } from '../telemetry/emitter';
import { RequestContext } from '../telemetry/request';
import { ValkeyClient } from '../valkey/client';
import { bypass, shownBypass } from './bypass-lever';
import { CatalogueLevers } from './catalogue-levers';
import { forgetAgain } from './forget-again-lever';
import { nodeFacts } from './nodes';
import { purge } from './purge-lever';
import { kindOf, operationRequest, type CheckedRequest, type Purged } from './request';

/** What one run may spend on Valkey, ms; below the function's own timeout. */
const BUDGET_MS = 50_000;
/** An operator waits where a search would not, ms. */
const COMMAND_TIMEOUT_MS = 5_000;
/** What the first command waits for the cluster, ms; a longer wait would only keep the operator. */
const REACH_MS = 3_000;

export interface OperationsFunction {
  /** @param invocation of Lambda: its id stands in CloudTrail beside who invoked. */
  handler: (event: unknown, invocation?: { awsRequestId: string }) => Promise<unknown>;
  close: () => void;
}

/** The request is none of those in request.ts; its message says which rule it breaks. */
class InvalidOperationError extends ToldError {}

function checked(event: unknown): CheckedRequest {
  const parsed = operationRequest.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new InvalidOperationError(z.prettifyError(parsed.error));
}

/** What came of it, for the log: a prefix may hold the id of a person, so its kind stands for it. */
function told(request: CheckedRequest, result: unknown): Record<string, unknown> {
  if (request.operation === 'forget-again')
    return { request: { ...request, forgotten: request.forgotten.length }, result };
  if (request.operation !== 'purge') return { request, result };
  const prefix = kindOf(request.prefix);
  return { request: { ...request, prefix }, result: { ...(result as Purged), prefix } };
}

type PeopleLever = Extract<CheckedRequest, { operation: 'purge' | 'forget-again' }>;

/** A look is told too: it says whether keys of a person are there. */
function concernsPeople(request: CheckedRequest): request is PeopleLever {
  if (request.operation === 'forget-again') return true;
  return (
    request.operation === 'purge' &&
    PERSONAL_DATA.some(({ keys: [key = ''] }) => kindOf(key) === kindOf(request.prefix))
  );
}

function leverLine(request: PeopleLever, audit: Audit): Omit<AuditLine, 'request'> {
  const { by, operation, pull } = request;
  const line = { at: Date.now(), caller: by, action: `lever ${operation}${pull ? '' : ', look'}` };
  if (operation === 'forget-again') return { ...line, kind: `${request.forgotten.length} people` };
  const kind = kindOf(request.prefix);
  const id = /\{([^{}]+)\}/.exec(request.prefix)?.[1];
  return { ...line, kind, ...audit.named(kind === 'a2a:' ? { session: id } : { person: id }) };
}

/** Wires the function that pulls the levers inside the VPC, as a user of its own. @throws MissingEnvironmentError */
export function createOperationsFunction(env: NodeJS.ProcessEnv = process.env): OperationsFunction {
  const valkey = ValkeyClient.fromEnvironment(env, { commandTimeoutMs: COMMAND_TIMEOUT_MS });
  const levers = new CatalogueLevers(valkey);
  const people = PeopleKey.fromEnvironment(env);
  const audit = new Audit(people);
  return {
    handler: async (event, { awsRequestId } = { awsRequestId: '' }) => {
      const request = checked(event);
      // Of nodes that are away it is told too.
      if (request.operation === 'nodes') return nodeFacts(valkey);
      // The first command waits until the client knows the cluster; and who can't read this can pull nothing.
      const key = CATALOGUE_KEYS.bypass;
      const reached = await valkey.run(new RequestContext(REACH_MS), key, (cluster) => cluster.exists(key));
      if (!reached.ok) throw reached.error;
      const context = new RequestContext(BUDGET_MS);
      // Before: a purge that fails half-way has removed something.
      if (concernsPeople(request)) audit.tell({ ...leverLine(request, audit), request: awsRequestId });
      const result = await operate(request, context);
      logger.info('Operation', told(request, result));
      return result;
    },
    close: () => valkey.close(),
  };

  async function operate(
    request: Exclude<CheckedRequest, { operation: 'nodes' }>,
    context: RequestContext,
  ): Promise<unknown> {
    switch (request.operation) {
      case 'show':
        return { ...(await levers.show(context)), bypass: await shownBypass(valkey, context) };
      case 'rollback':
        return levers.rollback(context, request.version, request.pull);
      case 'unpin':
        return levers.unpin(context);
      case 'bypass':
        return bypass(valkey, context, request.scope, request.seconds);
      case 'purge':
        return purge(valkey, context, request);
      case 'forget-again':
        return forgetAgain(valkey, context, people, request);
    }
  }
}

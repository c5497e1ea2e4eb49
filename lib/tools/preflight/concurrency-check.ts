import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { WATCHERS } from '../../../lambda/contract/functions';
import { deployedFunctions } from '../../stages/deployed-functions';
import { scalingOf } from '../../stages/scaling';
import type { StageSettings } from '../../stages/settings';
import { orNothing } from '../text/aws-errors';
import { ok, problem, type Finding } from './finding';

/**
 * Lambda refuses a reservation that leaves fewer to the functions without one (Lambda guide,
 * configuration-concurrency).
 */
const UNRESERVED = 100;

/** Whether the functions' reservations fit beside those of the account's other functions. */
export async function checkConcurrency(settings: StageSettings): Promise<Finding> {
  const client = new LambdaClient({ region: settings.region });
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  const functions = deployedFunctions(settings);
  const names = [...functions, ...Object.keys(WATCHERS)];
  const reserved = await Promise.all(
    names.map((name) => reservedBy(client, `${settings.cache.replicationGroupId}-${name}`)),
  );
  const free = (AccountLimit?.UnreservedConcurrentExecutions ?? 0) + sum(reserved) - UNRESERVED;
  const watching = sum(Object.values(WATCHERS).map(({ environments }) => environments));
  const needed = sum(functions.map((name) => scalingOf(name, settings).most)) + watching;
  const found = `${free} can be reserved, ${needed} needed`;
  return free >= needed
    ? ok('Lambda concurrency', found)
    : problem('Lambda concurrency', found, 'Ask for a higher quota (L-B99A9384), or lower concurrency.*.most.');
}

/** @returns what a function of an earlier deploy reserves, 0 if there is none. */
async function reservedBy(client: LambdaClient, FunctionName: string): Promise<number> {
  const found = await orNothing(client.send(new GetFunctionConcurrencyCommand({ FunctionName })));
  return found?.ReservedConcurrentExecutions ?? 0;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

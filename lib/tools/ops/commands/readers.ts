import { Argument, Option, type Command } from 'commander';
import { FUNCTION_NAMES, WATCHERS, type FunctionName } from '../../../../lambda/contract/functions';
import { wholeNumberAboveZero } from '../../text/command-arguments';
import { spanArgument, type AddCommand } from './command';
import { alarms } from './alarms';
import { diagnose } from './diagnose';
import { doctor } from './doctor';
import { logs, type LogsOptions } from './logs';
import { promises } from './promises';
import { search } from './search';
import { status } from './status';

/** Commands that change nothing. */
export function registerReaders(_: Command, add: AddCommand): void {
  add('status', 'the cluster, its nodes, alarms by state, and who would be paged', (target) => status(target));
  add('promises', 'each promise against the last hour, day and week', (target) => promises(target));
  add('alarms', 'every alarm; those that fire with impact, first command and runbook', (target) => alarms(target));
  add('diagnose <alarm>', 'gathers what speaks for one cause or another, the likeliest first', (target, [alarm = '']) =>
    diagnose(target, alarm),
  );
  add(
    'doctor',
    'which layer fails: DNS, TCP, TLS, authentication, cluster, permission, writes; database; API',
    (target, _, { here }) => doctor(target, here === true),
  ).option('--here', 'look at the stores from this shell instead of from inside the VPC');
  add('search [parameters...]', 'asks for cars from inside the VPC: search budgetMin=2500 budgetMax=3200', search);
  add('logs', "the newest lines of a function's log", (target, [name], options) =>
    logs(target, name as FunctionName, options as unknown as LogsOptions),
  )
    .addArgument(new Argument('<function>', 'whose log').choices([...FUNCTION_NAMES, ...Object.keys(WATCHERS)]))
    .option('--since <span>', 'how far back, such as 15m, 2h or 1d', spanArgument, '15m')
    .addOption(new Option('--contains <text>', 'only lines with this text').conflicts('errors'))
    .option('--errors', 'only warnings, errors, time limits and processes that ended')
    .option('--limit <lines>', 'the newest so many', wholeNumberAboveZero, 200)
    .option('--metrics', 'lines of metrics too, and sealed ones of the audit');
}

import type { APIGatewayProxyResult } from 'aws-lambda';
import { apiEvent } from '../../local-stage/api-event';
import { EXIT, OperationError } from '../report/errors';
import { figure, report, table, type Report } from '../report/output';
import type { Target } from '../stage/target';

/** A listing of an answer, as far as it is shown. */
interface Vehicle {
  vehicle_id: number;
  manufacturer: string;
  model: string;
  model_year: number;
  price: number;
  distance: number;
}

interface Answer {
  total: number;
  vehicles: Vehicle[];
}

interface Problem {
  detail?: string;
  errors?: { name: string; rule: string; received?: string }[];
}

/**
 * Asks the function that answers searches, so from inside the VPC, what a caller would ask the API.
 * @param words as `budgetMin=2500`; docs/api.md has the names
 * @throws OperationError for a word that is no `name=value`
 */
export async function search(target: Target, words: readonly string[]): Promise<Report> {
  const event = apiEvent('GET', '/v1/vehicles/search', undefined, words.map(namedValue));
  const started = performance.now();
  const result = (await target.invoke('search', event)) as APIGatewayProxyResult;
  const ms = Math.round(performance.now() - started);
  const { statusCode: status, headers = {} } = result;
  const body = JSON.parse(result.body) as Answer & Problem;
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const tier = header('x-cache');
  const data = { status, tier, serverTiming: header('server-timing'), ms, body };
  if (status !== 200) {
    // A parameter that the API refuses is a line that was typed wrongly.
    const exitCode = status === 400 ? EXIT.usage : EXIT.attention;
    return { data, text: problemText(status, body), exitCode };
  }
  const timing = String(data.serverTiming ?? '');
  const said = `200, X-Cache: ${String(tier ?? '-')}, ${ms} ms with the invocation (${timing})`;
  const rows = body.vehicles.map((each) => [
    each.vehicle_id,
    each.manufacturer,
    each.model,
    each.model_year,
    `${figure(each.price)}만원`,
    `${figure(each.distance)} km`,
  ]);
  const found = `${figure(body.total)} matches${rows.length === 0 ? '' : `, the first ${rows.length}:`}`;
  const cars = table(['id', 'manufacturer', 'model', 'year', 'price', 'distance'], rows);
  return report(data, [said, found, ...(rows.length === 0 ? [] : [cars])].join('\n'));
}

function problemText(status: number, { detail = '', errors = [] }: Problem): string {
  const lines = errors.map(
    ({ name, rule, received }) =>
      `  ${name} ${rule}${received === undefined ? '' : `, received ${JSON.stringify(received)}`}`,
  );
  return [`${status}: ${detail}`, ...lines].join('\n');
}

/** @throws OperationError */
function namedValue(word: string): [string, string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new OperationError(
    `"${word}" is no parameter of a search. Write name=value, such as budgetMin=2500; docs/api.md has the names.`,
    EXIT.usage,
  );
}

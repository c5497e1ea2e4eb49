import { ToldError } from '../../../../lambda/contract/told-error';
import { CERTIFICATES, onTheWay } from '../../../../lambda/doctor/advice';
import { climb, type Check, type Layer } from '../../../../lambda/doctor/check';
import { reach, resolve } from '../../../../lambda/doctor/network';

const ON_THE_WAY = onTheWay('what serves the API');

/** The layers between a caller and the API. @param url of it, with its stage */
export function apiLayers(url: string): Layer[] {
  const { hostname: host, port, protocol } = new URL(url);
  const address = { host, port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port) };
  return [
    {
      name: 'DNS',
      look: () => resolve(address),
      advice: 'Is the service stack deployed? A domain of its own needs its record (output ApiDomainTarget).',
      adviceOf: ON_THE_WAY,
    },
    {
      name: 'TCP',
      look: () => reach(address),
      advice: 'Its endpoint’s security group must admit the caller on 443.',
      adviceOf: ON_THE_WAY,
    },
    {
      name: 'gateway',
      look: () => health(url),
      advice: 'Look at the alarms of the API and the log of search: npm run ops -- logs search',
      adviceOf: { ...ON_THE_WAY, ...CERTIFICATES },
    },
  ];
}

/** @param url of the API, with its stage. @param priv whether it is reached through its VPC endpoint only. */
export async function examineApi(url: string, priv: boolean): Promise<Check[]> {
  const checks = await climb('API', apiLayers(url));
  return priv ? checks.map(fromOutside) : checks;
}

/** That a private API is out of reach from this shell says nothing of it. */
function fromOutside(check: Check): Check {
  if (check.outcome !== 'failed' || check.layer === 'gateway') return check;
  const { system, layer, milliseconds, found } = check;
  const told = `${found}; it is private and out of reach from here: the heartbeat asks it as callers do`;
  return { system, layer, milliseconds, found: told, outcome: 'skipped' };
}

/** Unsigned, so a gateway that wants IAM refuses with 403: that it does so is the proof that it is there. */
async function health(url: string): Promise<string> {
  const answer = await fetch(`${url}/v1/health`);
  const text = await answer.text();
  if (answer.status === 403) return 'answers, and refuses who has not signed (403)';
  const told = healthIn(text) ?? text.slice(0, 200);
  if (!answer.ok) throw new ToldError(`GET /v1/health answers ${answer.status}: ${told}`);
  return `GET /v1/health: ${told}`;
}

/** @returns the one word that matters, unless what answered was not the function. */
function healthIn(text: string): string | undefined {
  try {
    const { status } = JSON.parse(text) as { status?: unknown };
    return typeof status === 'string' ? status : undefined;
  } catch {
    return undefined;
  }
}

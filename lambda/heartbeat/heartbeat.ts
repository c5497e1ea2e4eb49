import { sign } from 'aws4';
import { ENV, optionalEnv, requireEnv } from '../contract/environment';
import { readJson } from '../contract/outside-json';
import { METRICS } from '../contract/metrics';
import { PROBE_HEADER } from '../contract/probe';
import { Emitter, logger } from '../telemetry/emitter';

/** A search as people ask it. One listing is enough: what is watched is the way there and back. */
const SEARCH = '/v1/vehicles/search?budgetMin=0&budgetMax=1000000&limit=1';
/** Whoever asks has given up by then, ms. */
const PATIENCE_MS = 5_000;

/** Takes one line of a log: what happened, and what is known of it. */
type Warn = (message: string, details: { error: Error } | { status: number; type: string | null }) => void;

/**
 * Asks for a search through the API, as callers do.
 * @param url of the API, with its stage. @param headersOf gives the headers of a GET to a URL, such as its signature
 * @param warn gets the reason where there is no answer
 * @returns whether it was answered with 200 and a list of listings; false too if nothing could be reached
 */
export async function beat(
  url: string,
  headersOf: (url: URL) => Record<string, string> = () => ({}),
  warn: Warn = (message, details) => logger.warn(message, details),
): Promise<boolean> {
  const target = new URL(url + SEARCH);
  try {
    const answer = await fetch(target, {
      // A connection that is kept would be dead when the environment thaws a minute later.
      headers: { ...headersOf(target), [PROBE_HEADER]: '1', connection: 'close' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (answer.status === 200)
      return Array.isArray((readJson(text, 'the answer to the heartbeat') as { vehicles?: unknown }).vehicles);
    warn('The heartbeat was refused', { status: answer.status, type: answer.headers.get('x-amzn-errortype') });
  } catch (error) {
    warn('The heartbeat got no answer', { error: error as Error });
  }
  return false;
}

/** @returns what signs a GET for API Gateway with the function's own role. @throws MissingEnvironmentError */
function signedBy(env: NodeJS.ProcessEnv): (url: URL) => Record<string, string> {
  const credentials = {
    accessKeyId: requireEnv('AWS_ACCESS_KEY_ID', env),
    secretAccessKey: requireEnv('AWS_SECRET_ACCESS_KEY', env),
    sessionToken: optionalEnv('AWS_SESSION_TOKEN', env),
  };
  const region = requireEnv('AWS_REGION', env);
  return ({ host, pathname, search }) => {
    const request = { service: 'execute-api', region, host, method: 'GET', path: pathname + search };
    const headers = { ...(sign(request, credentials).headers as Record<string, string>) };
    delete headers.Host;
    return headers;
  };
}

/** Once a minute: counts whether the API answered. That it ran at all, Lambda counts. */
export async function heartbeat(env: NodeJS.ProcessEnv = process.env): Promise<{ answered: boolean }> {
  const emitter = new Emitter(env);
  const answered = await beat(requireEnv(ENV.apiUrl, env), signedBy(env));
  if (answered) emitter.count(METRICS.heartbeatAnswered);
  emitter.flushNow();
  return { answered };
}

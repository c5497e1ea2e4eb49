import { addSignals, getPreferences, putPreferences } from './operations';
import { json, route, type Route } from '../../http/operation';
import { orUnavailable, Problem } from '../../http/problem';
import type { PreferenceStore } from './preference-store';

/** The operations on preferences. */
export function preferenceRoutes(preferences: PreferenceStore): Route[] {
  return [
    route(addSignals, async ({ path, body, context }) =>
      json(200, await known(preferences.learn(path.userId, body.signals, context))),
    ),
    route(getPreferences, async ({ path: { userId }, context }) => {
      const found = await known(preferences.read(userId, context));
      return json(200, { userId, ...found }, { etag: `"${found.version}"` });
    }),
    route(putPreferences, async ({ path, headers, body, context }) => {
      const result = await known(preferences.set(path.userId, body.weights, headers['if-match'], context));
      if (result.outcome === 'changed')
        throw new Problem(412, `The preferences have version ${result.version} now; read them and decide again.`);
      const { version, durable } = result;
      return json(200, { version, durable }, { etag: `"${version}"` });
    }),
  ];
}

/** A store that can't be asked is no answer: the client is to repeat the request. */
const known = <T>(work: Promise<T>) =>
  orUnavailable(work, 'The preferences cannot be reached now. Repeat the request, signals with the same ids.');

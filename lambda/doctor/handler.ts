import { toldErrors } from '../telemetry/told';
import { catalogueState, type CatalogueState } from './catalogue-state';
import type { Check } from './check';
import { examine } from './examine';
import { tableFacts, type TableFacts } from './table-facts';

interface Asked {
  catalogue?: boolean;
  table?: boolean;
}

/** What {@link handler} answers to `{ catalogue: true }`. */
export interface Examined {
  checks: Check[];
  /** Left out if Valkey can't say: the checks say why. */
  catalogue?: CatalogueState;
}

/**
 * Runs with the search function's role and as its Valkey user, in its subnets and security group. Asked for the
 * catalogue too, it says that beside its checks; asked for the table, it looks at that alone. It changes nothing either
 * way.
 */
export const handler = toldErrors(async (event?: Asked): Promise<Check[] | Examined | TableFacts> => {
  if (event?.table === true) return tableFacts(process.env);
  if (event?.catalogue !== true) return examine(process.env);
  const [checks, catalogue] = await Promise.all([
    examine(process.env),
    catalogueState(process.env).catch(() => undefined),
  ]);
  return { checks, ...(catalogue === undefined ? {} : { catalogue }) };
});

import type { IncomingMessage } from 'node:http';

/** Names of this machine for itself. A page of another name that leads here (DNS rebinding) is refused. */
const OWN_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Why a request is refused. */
interface Refusal {
  status: 403 | 421;
  detail: string;
}

/**
 * Only a page of the board itself, or a person who types its address, may ask: it shows logs' figures and can break a
 * local system.
 * @returns undefined if the request may be answered
 */
export function refusalOf({ headers, method, url = '/' }: IncomingMessage): Refusal | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  const [, name = ''] = /^(\[::1\]|[^:]*)(?::\d{1,5})?$/.exec(host) ?? [];
  if (!OWN_NAMES.has(name.toLowerCase()))
    return {
      status: 421,
      detail: 'The board answers on 127.0.0.1 and localhost alone: open the address that was printed.',
    };
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, detail: 'The board answers its own page alone, not that of another origin.' };
  // A link to the page is well; what lies behind it is for the page.
  if (url !== '/' && site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, detail: 'The board answers its own page alone, not that of another site.' };
  if (method === 'POST' && origin === undefined)
    return { status: 403, detail: 'Only the page of the board may change something.' };
  return undefined;
}

/**
 * Sent with everything: nothing inline, nothing from elsewhere, no frame, no HTML from text but by the page's one named
 * policy.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types runbook",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

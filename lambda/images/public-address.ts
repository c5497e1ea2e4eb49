import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ToldError } from '../contract/told-error';

/** The origin's name leads to an address that no photo is fetched from. */
class PrivateAddressError extends ToldError {
  constructor(host: string, address: string, range: string) {
    super(`${host} is ${address} (${range}): photos are fetched from public addresses only.`);
  }
}

/** What resolves a name; node:dns's own, but for tests. */
export type Resolve = (
  host: string,
  options: { all: true; family: number },
  /** Without addresses where there is an error. */
  callback: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/**
 * Looks a name up for a socket and refuses it if any of its addresses is not of the public internet: private, loopback,
 * link-local (the metadata service), carrier-grade, reserved, or one of those inside an IPv6 address. The socket
 * connects to what was checked here, so a name that changes between check and use gains nothing.
 * @param allowLoopback for the local run, whose origin is on this machine.
 */
export function publicLookup(allowLoopback: boolean, resolveName: Resolve = resolve): LookupFunction {
  return (host, options, callback) => {
    const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
    resolveName(host, { all: true, family }, (error, addresses = []) => {
      const [first] = addresses;
      const refused = error ?? refusal(host, addresses, allowLoopback);
      if (refused !== undefined || first === undefined)
        callback(refused ?? new ToldError(`${host} has no address`), options.all ? [] : '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Node.js looks up no name that is an address already: this is asked before. @throws PrivateAddressError */
export function assertPublicHost(hostname: string, allowLoopback: boolean): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0) return;
  const refused = refusal(hostname, [{ address, family: isIP(address) }], allowLoopback);
  if (refused !== undefined) throw refused;
}

function refusal(
  host: string,
  addresses: readonly LookupAddress[],
  allowLoopback: boolean,
): PrivateAddressError | undefined {
  for (const { address } of addresses) {
    const range = rangeOf(address);
    if (range !== 'unicast' && !(allowLoopback && range === 'loopback'))
      return new PrivateAddressError(host, address, range);
  }
  return undefined;
}

/** All of IPv6 that IANA has given out as global unicast; the library calls what is unassigned `unicast` too. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** @returns `unicast` for what is of the public internet. An IPv4 address in IPv6's clothes is judged as what it is. */
function rangeOf(text: string): string {
  const address = ipaddr.process(text);
  const range = address.range();
  if (address instanceof ipaddr.IPv6 && range === 'unicast' && !address.match(GLOBAL_IPV6)) return 'unassigned';
  return range;
}

/** What the kind of a failure says, whatever layer met it. */
type AdviceOf = Readonly<Record<string, string>>;

const AGE = 'The certificate is out of date by this clock. Is the clock right? Never switch the check off.';
const NAME = 'The certificate is for another name: use the endpoint itself, no CNAME. Never switch the check off.';
const ISSUER = 'The issuer is not trusted here: something else answers on this port. Never switch the check off.';

/** Codes of Node.js. */
export const CERTIFICATES: AdviceOf = {
  CERT_HAS_EXPIRED: AGE,
  CERT_NOT_YET_VALID: AGE,
  ERR_TLS_CERT_ALTNAME_INVALID: NAME,
  DEPTH_ZERO_SELF_SIGNED_CERT: ISSUER,
  SELF_SIGNED_CERT_IN_CHAIN: ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ISSUER,
};

/** Codes of the system. @param listener who should answer there */
export const onTheWay = (listener: string): AdviceOf => ({
  EAI_AGAIN: 'The name server does not answer. The VPC needs DNS support; try once more.',
  ECONNREFUSED:
    `Nothing listens on this host and port: ${listener} is down or restarting, or the port is another one. It is no ` +
    'security group: that lets a connection run out of time.',
  ECONNRESET: `The connection was taken and ended: ${listener} restarts, has no connection left, or speaks no TLS.`,
});

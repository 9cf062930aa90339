/** Failures of names, connections and TLS in plain words: what was tried, on what, and what to look at. */
import { splitHostPort } from '../contract/address.ts';

/** Codes of a certificate that is not trusted (OpenSSL's and Node's names). */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]);

/** What a TLS handshake that comes to nothing mostly means. */
export const MAYBE_PLAIN = "It may be a plain port: turn TLS off, or use the broker's TLS port.";

/** The `code` of an error, an empty text when it has none. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** True for failures of TLS itself, also where the peer does not speak it. */
function isTlsFailure(error: unknown): boolean {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : '';
  return (
    code.startsWith('ERR_SSL') ||
    code.startsWith('ERR_TLS') ||
    code === 'EPROTO' ||
    code.startsWith('CERT_') ||
    UNTRUSTED.has(code) ||
    /wrong version number|PEM/i.test(text)
  );
}

/** One sentence about a socket failure towards `address` (`host:port`); undefined when the error is of another kind. */
export function socketWords(error: unknown, address: string): string | undefined {
  const code = errorCode(error);
  const { host } = splitHostPort(address);
  const text = error instanceof Error ? error.message : String(error);
  if (UNTRUSTED.has(code))
    return `The certificate of ${address} is not signed by a trusted authority. Name the file with the CA certificate in the settings.`;
  // Node gives this one the code of an ordinary hang-up.
  if (text.includes('before secure TLS connection was established'))
    return `${address} closed the connection during the TLS handshake. ${MAYBE_PLAIN}`;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_NONAME':
      return `The name ${host} was not found. Check the spelling, or use an address.`;
    case 'EAI_AGAIN':
      return `The name ${host} could not be looked up: the name server gave no answer.`;
    case 'BSDM_DIAL_REFUSED':
      return `${address} may not be dialled: the setting dialAllow lets only loopback addresses through.`;
    case 'BSDM_DIAL_LOOP':
      return `${address} is this proxy itself, not a broker.`;
    case 'ECONNREFUSED':
      return `${address} refused the connection: nothing listens on that port.`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${address} closed the connection.`;
    case 'ETIMEDOUT':
      return `${address} gave no answer: a firewall may be in between, or the host is down.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return `There is no route to ${address}.`;
    case 'CERT_HAS_EXPIRED':
      return `The certificate of ${address} has expired.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of ${address} is for another name.`;
    default:
      if (isTlsFailure(error))
        return `${address} did not complete a TLS handshake. ${MAYBE_PLAIN} (${text.split('\n')[0] ?? ''})`;
      return undefined;
  }
}

/** What is shown of a certificate, and what a check that failed means in words. */
import type { X509Certificate } from 'node:crypto';
import type { UpstreamConnection } from '../../contract/observer.ts';
import type { CertificateFacts } from '../../contract/tls.ts';
import { Recent } from '../../http/recent.ts';

/** Names of one certificate that are kept; some have hundreds. */
const MAX_NAMES = 50;
const MAX_TEXT = 300;

const bounded = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
const oneLine = (name: string): string => bounded(name.split('\n').join(', '));

/** Captured exchanges with one server share what is kept of its certificate. */
const known = new Recent<CertificateFacts>(256, 128);

/** What is kept of a certificate. */
export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const { fingerprint256 } = certificate;
  const before = known.get(fingerprint256);
  if (before !== undefined) return before;
  const facts: CertificateFacts = {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFromMs: certificate.validFromDate.getTime(),
    validToMs: certificate.validToDate.getTime(),
    san: (certificate.subjectAltName ?? '')
      .split(', ', MAX_NAMES)
      .filter((name) => name !== '')
      .map((name) => bounded(name.startsWith('IP Address:') ? `IP:${name.slice(11)}` : name)),
    fingerprint256,
  };
  known.set(fingerprint256, facts);
  return facts;
}

/** The server's certificate did not pass; `code` is OpenSSL's or Node's name of the check. */
export class CertificateError extends Error {
  readonly code: string;
  readonly hint: string;
  /** The connection that was given up. */
  connection: UpstreamConnection | undefined;
  constructor(code: string, host: string, port: number, certificate: CertificateFacts | undefined, nowMs: number) {
    super(problemInWords(code, host, certificate, nowMs));
    this.name = 'CertificateError';
    this.code = code;
    this.hint = `If you know this server, add ${host.includes(':') ? `[${host}]` : host}:${port} to the setting upstreamAccept${TRUST_HELPS.has(code) ? ', or its authority to upstreamCa' : ''}.`;
  }
}

/** Problems that go away when the authority is trusted. */
const TRUST_HELPS = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const day = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : 'an unknown day');

/** What was wrong, in words that follow the name of the server. */
function problemInWords(code: string, host: string, certificate: CertificateFacts | undefined, nowMs: number): string {
  const issuer = certificate?.issuer ?? 'an unknown authority';
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return certificate === undefined || certificate.validToMs > nowMs
        ? 'a certificate in its chain has expired'
        : `its certificate expired on ${day(certificate.validToMs)}`;
    case 'CERT_NOT_YET_VALID':
      return certificate === undefined || certificate.validFromMs < nowMs
        ? 'a certificate in its chain is not valid yet'
        : `its certificate is not valid before ${day(certificate.validFromMs)}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `its certificate is self-signed (${certificate?.subject ?? 'without a name'})`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `its certificate is signed by an authority this machine does not trust (${issuer})`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return `its certificate is not for ${host} but for ${namesOf(certificate)}`;
    case 'CERT_REVOKED':
      return 'its certificate was revoked';
    default:
      return `its certificate did not pass the check (${code})`;
  }
}

function namesOf(certificate: CertificateFacts | undefined): string {
  const names = certificate?.san ?? [];
  if (names.length === 0) return certificate?.subject ?? 'nobody';
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

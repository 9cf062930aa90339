/** What crosses a wire about reading the inside of TLS tunnels: the CA that is used for it, and the hosts it is used for. */

/** The CA that signs the certificates clients are shown. */
export interface CaInfo {
  /** The certificate in PEM; of your own CA, the first of the chain. */
  pem: string;
  /** Subject on one line. */
  subject: string;
  /** SHA-256 of the certificate: upper case, in pairs with colons, as browsers show it. */
  fingerprint256: string;
  /** Base64 of the SHA-256 of the public key, as `--ignore-certificate-errors-spki-list` takes it. */
  spkiSha256: string;
  notBeforeMs: number;
  notAfterMs: number;
  /** It came from the files named in the settings. */
  own: boolean;
  /** Where the certificate is kept, PEM. */
  file: string;
}

/** What there is of a CA. */
export interface CaState {
  /** Absent until it is used for the first time, or when it cannot be used. */
  ca?: CaInfo;
  /** Why there is none that can be used. */
  problem?: string;
  /** What was done with files that could not be used, the newest last. */
  notices: string[];
  /** The folder of the CA that is made here. */
  folder: string;
}

/** A handshake with a client that failed: in most cases the client does not trust the CA, or knows the server's own certificate. */
export interface ClientRefusal {
  /** Host as the client named it: SNI, else the host of its CONNECT. */
  host: string;
  /** How often. */
  count: number;
  lastAtMs: number;
  /** What the last one said: see {@link REFUSAL_CAUSES}. */
  cause: RefusalCause;
}

/**
 * Why a client broke the handshake off, by its alert (RFC 8446 §6.2): it does not know the CA; it took offence at the
 * certificate itself, as clients do that pin one; it speaks no version or cipher we do; it just went; or something else.
 */
export const REFUSAL_CAUSES = ['unknown-ca', 'certificate', 'parameters', 'closed', 'other'] as const;
export type RefusalCause = (typeof REFUSAL_CAUSES)[number];

/** What interception does now. */
export interface InterceptionStatus {
  mode: 'off' | 'listed' | 'all';
  /** Connections whose inside is read now. */
  connections: number;
  /** Since the start. */
  handshakes: number;
  failed: number;
  /** Hosts a certificate is kept ready for. */
  certificates: number;
  /** Hosts whose clients refused, the latest first; the oldest are forgotten when there are many. */
  refusals: ClientRefusal[];
}

export const CA_FORMATS = ['pem', 'der', 'pkcs12'] as const;
export type CaFormat = (typeof CA_FORMATS)[number];

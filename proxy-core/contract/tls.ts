/** What is known of a TLS connection: the client's, which ends here, and the one to the origin. */

/** A certificate as shown. */
export interface CertificateFacts {
  /** Distinguished name in one line: `CN=example.org, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** Unix time, ms. */
  readonly validFromMs: number;
  readonly validToMs: number;
  /** Names it is for: `DNS:example.org`, `IP:127.0.0.1`. */
  readonly san: readonly string[];
  /** SHA-256 of the certificate: upper-case hex pairs with colons. */
  readonly fingerprint256: string;
}

/** One connection as an exchange found it; the exchanges of a connection share two of these, its first and the others'. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly version: string;
  /** By its IANA name: `TLS_AES_128_GCM_SHA256`. */
  readonly cipher: string;
  /** The protocol agreed on (RFC 7301): `h2`, `http/1.1`. */
  readonly alpn?: string;
  /** The name the client of the connection asked for (RFC 6066 §3); absent for an address. */
  readonly sni?: string;
  /** An earlier exchange went over it. */
  readonly reused: boolean;
  /** What the server of the connection showed: towards the client that is the leaf made here. */
  readonly certificate?: CertificateFacts;
  /** What was wrong with that certificate, when it was accepted all the same: the code of the check (`CERT_HAS_EXPIRED`). */
  readonly accepted?: string;
  /** What was wrong with it, when the connection was given up for that. */
  readonly refused?: string;
  /** The subject of the certificate shown to a server that asked for one. */
  readonly ownCertificate?: string;
}

/** How TLS of the client was dealt with: passed through unread, or ended here. Absent for plain HTTP. */
export type TlsHandling = 'tunnel' | 'intercepted';

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

export const CA_FORMATS = ['pem', 'der', 'pkcs12'] as const;
export type CaFormat = (typeof CA_FORMATS)[number];

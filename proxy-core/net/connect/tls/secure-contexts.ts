/**
 * Certificates for hosts, ready to be shown: issued when a client first asks for a host, kept for those that follow. All
 * of it is synchronous and takes about two milliseconds, so nobody asks twice at once. The leaves share one key, which
 * never leaves the process.
 */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateFacts } from '../../../contract/tls.ts';
import type { Ca } from './ca.ts';
import { certificatePem, issueLeaf } from './certificate.ts';

/** About 30 KB each. */
const MAX_KEPT = 500;
/** Issued anew when less than this is left of it, ms. */
const RENEW_BEFORE_MS = 7 * 24 * 3600 * 1000;

export interface HostContext {
  readonly context: SecureContext;
  readonly certificate: CertificateFacts;
}

export interface ContextsOptions {
  ca: () => Ca;
  /** Time of day, unix ms. */
  timeOfDay: () => number;
}

export class SecureContexts {
  readonly #options: ContextsOptions;
  readonly #kept = new Map<string, HostContext>();
  readonly #keyPem: string;
  readonly #spki: Buffer;
  #ca: Ca | undefined;

  constructor(options: ContextsOptions) {
    this.#options = options;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#keyPem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    this.#spki = publicKey.export({ type: 'spki', format: 'der' });
  }

  get size(): number {
    return this.#kept.size;
  }

  /** For a host name or address in its one form; throws when there is no CA that can be used. */
  for(host: string): HostContext {
    const ca = this.#options.ca();
    if (ca !== this.#ca) {
      this.#kept.clear();
      this.#ca = ca;
    }
    const nowMs = this.#options.timeOfDay();
    const known = this.#kept.get(host);
    if (known !== undefined) {
      this.#kept.delete(host);
      if (known.certificate.validToMs - nowMs > Math.min(RENEW_BEFORE_MS, ca.info.notAfterMs - nowMs - 1)) {
        this.#kept.set(host, known); // the latest used stand last
        return known;
      }
    }
    const made = this.#make(ca, host, nowMs);
    this.#kept.set(host, made);
    if (this.#kept.size > MAX_KEPT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return made;
  }

  #make(ca: Ca, host: string, nowMs: number): HostContext {
    const leaf = issueLeaf(ca.issuer, { host, spki: this.#spki, nowMs });
    // The CA goes along: browsers that are told its key by --ignore-certificate-errors-spki-list look for it there.
    const context = createSecureContext({ key: this.#keyPem, cert: certificatePem(leaf) + ca.chainPem });
    return { context, certificate: factsOf(new X509Certificate(leaf)) };
  }
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    subject: certificate.subject.replaceAll('\n', ', '),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    validFromMs: Date.parse(certificate.validFrom),
    validToMs: Date.parse(certificate.validTo),
    san: (certificate.subjectAltName ?? '').split(', ').map((name) => name.replace('IP Address:', 'IP:')),
    fingerprint256: certificate.fingerprint256,
  };
}

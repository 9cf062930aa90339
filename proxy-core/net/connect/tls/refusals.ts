/** Clients that broke the handshake off: which hosts it was for, how often, and the likely cause by their alert. */
import type { ClientRefusal, RefusalCause } from '../../../contract/interception.ts';

/** Hosts that are remembered; the one that was quiet for longest is forgotten. */
const MAX_HOSTS = 200;

/** Alerts by the names OpenSSL and BoringSSL give them. */
const CAUSES: readonly (readonly [RefusalCause, readonly string[]])[] = [
  ['unknown-ca', ['ALERT_UNKNOWN_CA', 'ALERT_CERTIFICATE_UNKNOWN']],
  [
    'certificate',
    [
      'ALERT_BAD_CERTIFICATE',
      'ALERT_CERTIFICATE',
      'ALERT_UNSUPPORTED_CERTIFICATE',
      'ALERT_ACCESS_DENIED',
      'ALERT_UNRECOGNIZED_NAME',
    ],
  ],
  [
    'parameters',
    [
      'UNSUPPORTED_PROTOCOL',
      'NO_SHARED',
      'NO_SUITABLE',
      'ALERT_HANDSHAKE_FAILURE',
      'ALERT_PROTOCOL_VERSION',
      'NO_APPLICATION_PROTOCOL',
      'VERSION_TOO_LOW',
      'ALERT_ILLEGAL_PARAMETER',
    ],
  ],
  ['closed', ['ECONNRESET', 'EPIPE', 'CLOSE_NOTIFY', 'UNEXPECTED_EOF']],
];

/** What an error of the handshake says; undefined for a client that closed without a word. */
export function causeOf(error: Error | undefined): RefusalCause {
  if (error === undefined) return 'closed';
  const said = `${'code' in error ? String(error.code) : ''} ${error.message.slice(0, 300)}`
    .toUpperCase()
    .replaceAll(' ', '_');
  return CAUSES.find(([, names]) => names.some((name) => said.includes(name)))?.[0] ?? 'other';
}

export class Refusals {
  readonly #byHost = new Map<string, ClientRefusal>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(host: string, cause: RefusalCause, atMs: number): ClientRefusal {
    this.#total++;
    const count = (this.#byHost.get(host)?.count ?? 0) + 1;
    const refusal = { host, count, lastAtMs: atMs, cause };
    this.#byHost.delete(host);
    this.#byHost.set(host, refusal);
    if (this.#byHost.size > MAX_HOSTS) {
      const [oldest] = this.#byHost.keys();
      if (oldest !== undefined) this.#byHost.delete(oldest);
    }
    return refusal;
  }

  /** The latest first. */
  list(): ClientRefusal[] {
    return [...this.#byHost.values()].reverse();
  }

  forget(host: string): void {
    this.#byHost.delete(host);
  }
}

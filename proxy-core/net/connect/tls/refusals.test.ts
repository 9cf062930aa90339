/** What the end of a handshake says of its cause, and how many hosts are remembered. */
import { expect, it } from 'vitest';
import type { RefusalCause } from '../../../contract/interception.ts';
import { causeOf, Refusals } from './refusals.ts';

it.each<[code: string | undefined, cause: RefusalCause]>([
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unknown-ca'], // curl, OpenSSL, Firefox
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'unknown-ca'], // Chromium, Java
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN', 'unknown-ca'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'certificate'], // Go, and clients that pin
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'certificate'],
  ['ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', 'certificate'],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'certificate'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'parameters'],
  ['ERR_SSL_NO_SHARED_CIPHER', 'parameters'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'parameters'],
  ['ECONNRESET', 'closed'],
  [undefined, 'closed'],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 'other'],
])('%s: %s', (code, cause) => {
  expect(causeOf(code === undefined ? undefined : Object.assign(new Error('handshake'), { code }))).toBe(cause);
});

it('counts by host, the latest first, and forgets the one that was quiet for longest', () => {
  const refusals = new Refusals();
  for (let i = 0; i < 201; i++) refusals.add(`h${i}.test`, 'closed', i);
  expect(refusals.add('h1.test', 'unknown-ca', 300)).toEqual({
    host: 'h1.test',
    count: 2,
    lastAtMs: 300,
    cause: 'unknown-ca',
  });
  const hosts = refusals.list().map(({ host }) => host);
  expect([hosts.length, hosts[0], hosts[1], hosts.at(-1)]).toEqual([200, 'h1.test', 'h200.test', 'h2.test']);
  expect(refusals.total).toBe(202);
  refusals.forget('h1.test');
  expect(refusals.list()[0]?.host).toBe('h200.test');
});

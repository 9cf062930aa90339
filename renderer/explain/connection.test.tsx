// @vitest-environment happy-dom
/** What the connection tab says of the connection to the origin. */
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExchangeDetail, ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import { makeDetail, makeRow } from '../demo/builders.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { ConnectionTab } from './ConnectionTab.tsx';

beforeEach(() => usePrefs.setState({ ...defaultPrefs(), language: 'en' }));
afterEach(cleanup);

/** The facts shown, by name. */
function facts(row: Partial<ExchangeRow>, detail: Partial<ExchangeDetail>): Map<string, string> {
  const made = makeRow(row);
  render(<ConnectionTab row={{ ...made, key: made.id }} detail={makeDetail(made, detail)} />);
  const terms = screen.getAllByRole('term').map(({ textContent }) => textContent);
  const values = screen.getAllByRole('definition').map(({ textContent }) => textContent);
  return new Map(terms.map((term, index) => [term, values[index] ?? '']));
}

test('a new connection: peer, what opening it took, bytes both ways', () => {
  const shown = facts(
    {},
    {
      upstreamAddress: '192.0.2.7:443',
      upstreamReused: false,
      upstreamBytesSent: 300,
      upstreamBytesReceived: 2048,
      timing: { dnsMs: 8, connectMs: 12, tlsMs: 25 },
    },
  );
  expect(Object.fromEntries(shown)).toMatchObject({
    'Origin address': '192.0.2.7:443',
    Connection: 'Opened for this exchange',
    'DNS lookup': '8 ms',
    'TCP connect': '12 ms',
    'TLS handshake': '25 ms',
    'Bytes to the origin': '300 B',
    'Bytes from the origin': '2 KiB',
  });
});

test('the TLS of both sides: what was agreed on, the certificate, and that it was accepted anyway', () => {
  const made = makeRow({ tls: 'intercepted', accepted: 'CERT_HAS_EXPIRED' });
  const certificate = {
    subject: 'CN=shop.example',
    issuer: 'CN=Some Authority',
    validFromMs: Date.UTC(2025, 0, 2),
    validToMs: Date.UTC(2025, 3, 4),
    san: Array.from({ length: 14 }, (_, n) => `DNS:n${n}.example`),
    fingerprint256: 'AB:CD',
  };
  const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', reused: false, certificate };
  const detail = makeDetail(made, {
    upstreamAddress: '192.0.2.7:443',
    upstreamVia: 'socks5://127.0.0.1:1080',
    clientTls: { ...tls, alpn: 'h2', sni: 'shop.example' },
    originTls: { ...tls, reused: true, accepted: 'CERT_HAS_EXPIRED', ownCertificate: 'CN=me' },
  });
  render(<ConnectionTab row={{ ...made, key: made.id }} detail={detail} />);
  const client = screen.getByRole('region', { name: 'TLS with the client' }).textContent;
  for (const text of [
    'TLSv1.3',
    'TLS_AES_128_GCM_SHA256',
    'h2',
    'CN=Some Authority',
    '2025-01-02 to 2025-04-04',
    'and 2 more',
    'AB:CD',
  ])
    expect(client).toContain(text);
  const origin = screen.getByRole('region', { name: 'TLS with the origin' }).textContent;
  for (const text of ['Did not pass, accepted anyway: CERT_HAS_EXPIRED', 'CN=me', 'an earlier exchange opened it'])
    expect(origin).toContain(text);
  expect(screen.getByText('socks5://127.0.0.1:1080')).toBeTruthy();
});

test('a reused one says so and has no times of opening', () => {
  const shown = facts({}, { upstreamAddress: '[::1]:80', upstreamReused: true });
  expect(shown.get('Connection')).toBe('Reused: an earlier exchange opened it');
  expect(shown.has('TCP connect')).toBe(false);
});

test.each<[string, Partial<ExchangeRow>]>([
  ['The origin was not asked', { outcome: 'HIT' }],
  ['Another exchange asked the origin; this one shares its response', { collapsed: true }],
  ['No connection to the origin', { error: 'connection_refused', state: 'failed' }],
  ['The origin has not been asked yet', { state: 'pending' }],
])('without an address: %s', (text, row) => expect(facts(row, {}).get('Origin address')).toBe(text));

/** What becomes of a tunnel by its first bytes, as a table. */
import { expect, it } from 'vitest';
import { STEP_SPECS } from '../../contract/explain/step-codes.ts';
import { parseHostPatterns } from '../../contract/host-patterns.ts';
import { parseAuthority } from '../../http/target.ts';
import { decideInside, notRead, type InterceptPolicy } from './decide-inside.ts';
import type { FirstBytes } from './tls/client-hello.ts';

const policy = (mode: InterceptPolicy['mode'], hosts = '', except = ''): InterceptPolicy => ({
  mode,
  hosts: parseHostPatterns(hosts)!,
  except: parseHostPatterns(except)!,
});
const ALL = policy('all', '', 'pinned.test, 10.0.0.9');
const LISTED = policy('listed', 'read.test, *.read.test, 10.0.0.1', 'pinned.read.test');

it.each<[policy: InterceptPolicy, host: string, looks: boolean]>([
  [policy('off', '*'), 'read.test', false],
  [policy('off', '*'), '10.0.0.1', false],
  [ALL, 'a.test', true],
  [ALL, 'pinned.test', false],
  [ALL, '10.0.0.9', false],
  [LISTED, 'read.test', true],
  [LISTED, 'a.read.test', true],
  [LISTED, 'pinned.read.test', false],
  [LISTED, 'other.test', false],
  // Which host it is stands in the handshake.
  [LISTED, '10.0.0.2', true],
  [LISTED, '::1', true],
])('looks into %j %s: %s', (rule, host, looks) => {
  expect(notRead(rule, host, 443) === undefined).toBe(looks);
});

it('says why it does not', () => {
  expect(notRead(policy('off', '*'), 'read.test', 443)).toBe('off');
  expect(notRead(ALL, 'pinned.test', 443)).toBe('except');
  expect(notRead(LISTED, 'other.test', 443)).toBe('not-listed');
});

const hello = (serverName?: string, ...protocols: string[]): FirstBytes => ({
  kind: 'tls',
  ...(serverName !== undefined && { serverName }),
  protocols,
});

it.each<[policy: InterceptPolicy, connect: string, first: FirstBytes | 'silent', plan: object]>([
  [ALL, 'a.test:443', hello('a.test', 'h2', 'http/1.1'), { kind: 'handshake', authority: { authority: 'a.test:443' } }],
  [ALL, 'a.test:443', hello('a.test'), { kind: 'handshake', serverName: 'a.test' }],
  [ALL, '[::1]:443', hello(), { kind: 'handshake', authority: { hostname: '::1' }, serverName: undefined }],
  // Whom the client means it says in TLS; where it goes is the port of the CONNECT.
  [ALL, '10.0.0.1:8443', hello('a.test', 'h2'), { kind: 'handshake', authority: { authority: 'a.test:8443' } }],
  [ALL, 'a.test:443', hello('pinned.test', 'h2'), { kind: 'tunnel', why: 'except' }],
  [ALL, 'a.test:443', hello('a.test', 'acme-tls/1'), { kind: 'tunnel', why: 'other-protocol' }],
  [ALL, 'a.test:443', hello('a.test', 'imap', 'http/1.1'), { kind: 'handshake' }],
  [ALL, 'a.test:22', { kind: 'other', why: 'not-tls' }, { kind: 'tunnel', why: 'not-tls' }],
  [ALL, 'a.test:443', { kind: 'other', why: 'malformed' }, { kind: 'tunnel', why: 'malformed' }],
  [ALL, 'a.test:25', 'silent', { kind: 'tunnel', why: 'silent' }],
  [ALL, 'a.test:80', { kind: 'http' }, { kind: 'plain', authority: { authority: 'a.test:80' } }],
  [LISTED, '10.0.0.2:443', hello('read.test', 'h2'), { kind: 'handshake', authority: { hostname: 'read.test' } }],
  [LISTED, '10.0.0.1:443', hello('other.test', 'h2'), { kind: 'handshake', authority: { hostname: 'other.test' } }],
  [LISTED, '10.0.0.2:443', hello('other.test', 'h2'), { kind: 'tunnel', why: 'not-listed' }],
  [LISTED, '10.0.0.2:443', hello(undefined, 'h2'), { kind: 'tunnel', why: 'not-listed' }],
  [LISTED, '10.0.0.1:443', hello('pinned.read.test', 'h2'), { kind: 'tunnel', why: 'except' }],
  [LISTED, '10.0.0.2:80', { kind: 'http' }, { kind: 'tunnel', why: 'not-listed' }],
  // Switched off while the client was still to say something.
  [policy('off'), 'a.test:443', hello('a.test', 'h2'), { kind: 'tunnel', why: 'not-listed' }],
])('%j %s %j', (rule, connect, first, plan) => {
  const authority = parseAuthority(connect);
  if (!authority.ok) throw new Error(authority.problem);
  const decided = decideInside(first, authority.authority, rule);
  expect(decided).toMatchObject(plan);
  if (decided.kind !== 'tunnel') return;
  expect(decided.explained).toMatchObject({
    reason: 'tunnel',
    trace: [{ code: 'first-bytes', inputs: { authority: connect } }],
  });
  expect(Object.keys(STEP_SPECS)).toContain('first-bytes');
});

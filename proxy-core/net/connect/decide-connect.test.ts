/** What becomes of a CONNECT, as a table. */
import { expect, it } from 'vitest';
import { STEP_SPECS } from '../../contract/explain/step-codes.ts';
import { decideConnect, type ConnectPolicy } from './decide-connect.ts';

const POLICY: ConnectPolicy = {
  isAdopted: false,
  isSelf: (hostname, port) => hostname === '127.0.0.1' && port === 1488,
  notRead: (hostname) => (hostname.endsWith('.read.test') ? undefined : 'not-listed'),
};

it.each<[target: string, policy: Partial<ConnectPolicy>, plan: object, step: string]>([
  ['a.test:443', {}, { kind: 'tunnel', authority: { hostname: 'a.test', port: 443 } }, 'tunnel'],
  ['A.Test:22', {}, { kind: 'tunnel', authority: { authority: 'a.test:22' } }, 'tunnel'],
  ['[::1]:443', {}, { kind: 'tunnel', authority: { hostname: '::1', authority: '[::1]:443' } }, 'tunnel'],
  ['www.read.test:443', {}, { kind: 'intercept', authority: { hostname: 'www.read.test' } }, 'intercept'],
  ['127.0.0.1:1488', {}, { kind: 'refuse', code: 'proxy_loop_detected' }, 'proxy_loop_detected'],
  // A loop is one even where everything is read.
  [
    '127.0.0.1:1488',
    { notRead: () => undefined },
    { kind: 'refuse', code: 'proxy_loop_detected' },
    'proxy_loop_detected',
  ],
  ['a.test', {}, { kind: 'refuse', code: 'http_request_error', status: 400 }, 'request-target'],
  ['a.test:0', {}, { kind: 'refuse', status: 400 }, 'request-target'],
  ['a.test:70000', {}, { kind: 'refuse', status: 400 }, 'request-target'],
  ['http://a.test/', {}, { kind: 'refuse', status: 400 }, 'request-target'],
  ['u@a.test:443', {}, { kind: 'refuse', status: 400 }, 'request-target'],
  ['', {}, { kind: 'refuse', status: 400 }, 'request-target'],
  ['a.test:443', { isAdopted: true }, { kind: 'refuse', status: 400 }, 'request-target'],
])('CONNECT %s %#', (target, policy, plan, step) => {
  const decided = decideConnect(target, { ...POLICY, ...policy });
  expect(decided).toMatchObject(plan);
  const { reason, trace } = decided.explained;
  expect(reason).toBe(decided.kind === 'refuse' ? 'request-refused' : decided.kind);
  expect(trace).toMatchObject([{ code: step, phase: 'request', result: 'stop' }]);
  expect(Object.keys(STEP_SPECS)).toContain(step);
  if (decided.kind === 'refuse') expect(decided.text).toMatch(/\.$/);
});

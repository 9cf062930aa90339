/** What may be dialled and what is this process: by address, by name after its lookup, with either rule. */
import os from 'node:os';
import type { LookupOptions } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { createDialGuard, isLoopbackAddress, type DialGuard } from './dial-guard.ts';
import { OwnAddresses } from './self-address.ts';

const PORT = 1488;
const own = (host: string): OwnAddresses => {
  const addresses = new OwnAddresses(() => 0);
  addresses.listening = { host, port: PORT };
  return addresses;
};
const guard = (rule: 'any' | 'loopback', host = '127.0.0.1'): DialGuard => {
  const addresses = own(host);
  return createDialGuard(
    () => rule,
    (address, port) => addresses.has(address, port),
  );
};
const interfaces = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);

/** Addresses, or the failure's code. */
function lookUp(dial: DialGuard, name: string, port: number, options: LookupOptions = { all: true }): Promise<string> {
  return new Promise((resolve) => {
    dial.lookup(port)(name, options, (error, found) => {
      if (error) resolve(error.code ?? error.message);
      else resolve(typeof found === 'string' ? found : found.map((item) => item.address).join(' '));
    });
  });
}

describe('own addresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['127.0.0.1', '::1', false],
    ['127.0.0.1', '0.0.0.0', true],
    ['127.0.0.1', '::', true],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['127.0.0.1', 'localhost', true],
    ['127.0.0.1', 'a.localhost', true],
    ['127.0.0.1', 'localhost.test', false],
    ['127.0.0.1', '192.0.2.1', false],
    ['::1', '::1', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['::1', '127.0.0.1', false],
    ['::1', 'localhost', true],
    ['0.0.0.0', '127.9.9.9', true],
    ['0.0.0.0', '::1', false],
    ['0.0.0.0', '192.0.2.1', false],
    ['::', '127.9.9.9', true],
    ['::', '::1', true],
    ['::', '192.0.2.1', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '127.0.0.1', false],
  ])('listening on %s, dialling %s: %s', (host, dialled, expected) => {
    expect(own(host).has(dialled, PORT)).toBe(expected);
    expect(own(host).has(dialled, PORT + 1)).toBe(false);
  });

  it('are those of every interface when it listens on all', () => {
    for (const { address } of interfaces) {
      expect([address, own('::').has(address, PORT)]).toEqual([address, true]);
      expect([address, own('0.0.0.0').has(address, PORT)]).toEqual([address, !address.includes(':')]);
    }
  });

  it('are those of other servers of the process, wherever the proxy listens or not', () => {
    const addresses = new OwnAddresses(() => 0);
    expect(addresses.has('127.0.0.1', 1489)).toBe(false);
    addresses.add({ host: '127.0.0.1', port: 1489 });
    expect(['127.0.0.1', 'localhost', '0.0.0.0', '127.0.0.2'].map((address) => addresses.has(address, 1489))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('the guard', () => {
  it('refuses literal addresses by the rule and as loops', () => {
    const codes = (dial: DialGuard, port: number): unknown[] =>
      ['127.0.0.1', '[::1]', '::ffff:127.0.0.1', '127.1', '0.0.0.0', '192.0.2.1', 'a.test'].map((host) => {
        const refused = dial.refusal(host, port);
        return refused !== undefined && 'code' in refused ? refused.code : undefined;
      });
    const [no, loop] = ['BSDM_DIAL_REFUSED', 'BSDM_DIAL_LOOP'];
    expect(codes(guard('loopback'), 80)).toEqual([undefined, undefined, undefined, undefined, no, no, undefined]);
    expect(codes(guard('any'), 80)).toEqual(Array(7).fill(undefined));
    expect(codes(guard('any'), PORT)).toEqual([loop, undefined, loop, loop, loop, undefined, undefined]);
  });

  it('looks names up and refuses those that lead back here', async () => {
    expect(await lookUp(guard('any'), 'localhost', 80)).toContain('127.0.0.1');
    expect(await lookUp(guard('any'), 'localhost', 80, { family: 4 })).toBe('127.0.0.1');
    expect(await lookUp(guard('any'), 'localhost', PORT)).toBe('BSDM_DIAL_LOOP');
    expect(await lookUp(guard('any'), 'localhost', PORT, {})).toBe('BSDM_DIAL_LOOP');
    expect(await lookUp(guard('any', '192.0.2.1'), 'localhost', PORT)).toContain('127.0.0.1');
  });

  it('asks nobody for names under the rule loopback', async () => {
    const dial = guard('loopback');
    for (const name of ['localhost', 'a.localhost', 'kafka.test', 'KAFKA.Test.', '127.1'])
      expect([name, await lookUp(dial, name, 80)]).toEqual([name, '127.0.0.1']);
    for (const name of ['example.invalid', 'test', 'localhost.invalid'])
      expect([name, await lookUp(dial, name, 80)]).toEqual([name, 'BSDM_DIAL_REFUSED']);
    expect(await lookUp(dial, 'kafka.test', PORT)).toBe('BSDM_DIAL_LOOP');
  });

  it('knows loopback addresses in every form', () => {
    expect(
      ['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1', '::FFFF:7f00:1', '0:0:0:0:0:0:0:1'].filter(
        (address) => !isLoopbackAddress(address),
      ),
    ).toEqual([]);
    expect(
      ['128.0.0.1', '0.0.0.0', '::', '::2', '::ffff:10.0.0.1', '127.evil.test', ''].filter(isLoopbackAddress),
    ).toEqual([]);
  });
});

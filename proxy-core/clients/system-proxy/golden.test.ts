/** What is run for given states of macOS and Windows, line by line, and that it brings back every value. */
import { describe, expect, it } from 'vitest';
import type { RunTool } from '../run-tool.ts';
import { changesOn, decideOn, decideRestore, shownLine, withoutCredentials, type Place, type State } from './decide.ts';
import { gnome, parseGnome } from './gnome.ts';
import { macos } from './macos.ts';
import { windows } from './windows.ts';

const TARGET = { host: '127.0.0.1', port: 1488, bypass: ['localhost', '127.0.0.1', '::1', '*.local'] };

/** Answers a tool's questions from a table; anything else is an error. */
const answering =
  (table: Readonly<Record<string, string>>): RunTool =>
  (argv) => {
    const output = table[argv.slice(1).join(' ')];
    return Promise.resolve({ ok: output !== undefined, output: output ?? '', problem: 'not in the table' });
  };

interface Told {
  on: string[];
  off: string[];
}

/** The lines that switch on from a state, and those that switch off when nobody else changed anything. */
function told(place: Place, state: State): Told {
  const slots = decideOn(state, place.wanted(TARGET, state), (slot) => place.off(slot));
  const on = changesOn(slots, state);
  const during = { ...state, ...Object.fromEntries(on.map(({ key, to }) => [key, to])) };
  const { changes, kept } = decideRestore(slots, during);
  expect(kept).toEqual([]);
  expect({ ...during, ...Object.fromEntries(changes.map(({ key, to }) => [key, to])) }).toEqual(state);
  const lines = (list: typeof on): string[] => list.flatMap((change) => place.lines(change).map(shownLine));
  return { on: lines(on), off: lines(changes) };
}

const service = (name: string, answers: Partial<Record<string, string>> = {}): Record<string, string> => ({
  [`-getwebproxy ${name}`]: answers['web'] ?? 'Enabled: No\nServer: \nPort: 0\nAuthenticated Proxy Enabled: 0\n',
  [`-getsecurewebproxy ${name}`]:
    answers['secure'] ?? 'Enabled: No\nServer: \nPort: 0\nAuthenticated Proxy Enabled: 0\n',
  [`-getautoproxyurl ${name}`]: answers['pac'] ?? 'URL: (null)\nEnabled: No\n',
  [`-getproxyautodiscovery ${name}`]: answers['discovery'] ?? 'Auto Proxy Discovery: Off\n',
  [`-getproxybypassdomains ${name}`]: answers['bypass'] ?? `There aren't any bypass domains set on ${name}.\n`,
});
const LIST = 'An asterisk (*) denotes that a network service is disabled.\n';

describe('macOS', () => {
  it('sets and restores each active service for itself, odd names and spaces too', async () => {
    const run = answering({
      '-listallnetworkservices': `${LIST}Wi-Fi\n*Bluetooth PAN\nUSB 10/100 LAN: "desk" $HOME\n`,
      ...service('Wi-Fi', {
        pac: 'URL: http://pac.corp/a b.pac?x=1:2\nEnabled: Yes\n',
        discovery: 'Auto Proxy Discovery: On\n',
      }),
      ...service('USB 10/100 LAN: "desk" $HOME', {
        web: 'Enabled: Yes\nServer: proxy.corp\nPort: 3128\nAuthenticated Proxy Enabled: 0\n',
        secure: 'Enabled: No\nServer: old.corp\nPort: 8080\nAuthenticated Proxy Enabled: 0\n',
        bypass: '*.corp\n10.0.0.0/8\n',
      }),
    });
    const lines = told(macos, await macos.read(run));
    const tool = '/usr/sbin/networksetup';
    const lan = '"USB 10/100 LAN: \\"desk\\" $HOME"';
    expect(lines).toEqual({
      on: [
        `${tool} -setwebproxy Wi-Fi 127.0.0.1 1488`,
        `${tool} -setsecurewebproxy Wi-Fi 127.0.0.1 1488`,
        `${tool} -setautoproxystate Wi-Fi off`,
        `${tool} -setproxyautodiscovery Wi-Fi off`,
        `${tool} -setproxybypassdomains Wi-Fi localhost 127.0.0.1 ::1 "*.local"`,
        `${tool} -setwebproxy ${lan} 127.0.0.1 1488`,
        `${tool} -setsecurewebproxy ${lan} 127.0.0.1 1488`,
        `${tool} -setproxybypassdomains ${lan} localhost 127.0.0.1 ::1 "*.local"`,
      ],
      off: [
        `${tool} -setwebproxy Wi-Fi "" 0`,
        `${tool} -setwebproxystate Wi-Fi off`,
        `${tool} -setsecurewebproxy Wi-Fi "" 0`,
        `${tool} -setsecurewebproxystate Wi-Fi off`,
        `${tool} -setautoproxystate Wi-Fi on`,
        `${tool} -setproxyautodiscovery Wi-Fi on`,
        `${tool} -setproxybypassdomains Wi-Fi Empty`,
        `${tool} -setwebproxy ${lan} proxy.corp 3128`,
        `${tool} -setsecurewebproxy ${lan} old.corp 8080`,
        `${tool} -setsecurewebproxystate ${lan} off`,
        `${tool} -setproxybypassdomains ${lan} "*.corp" 10.0.0.0/8`,
      ],
    });
  });

  it('touches nothing where a password is kept that cannot be read', async () => {
    const web = 'Enabled: Yes\nServer: proxy.corp\nPort: 3128\nAuthenticated Proxy Enabled: 1\n';
    const run = answering({ '-listallnetworkservices': `${LIST}Wi-Fi\n`, ...service('Wi-Fi', { web }) });
    await expect(macos.read(run)).rejects.toThrow('Wi-Fi has a proxy with a password');
  });

  it('leaves a service that is gone, and one that somebody else has changed', async () => {
    const run = answering({ '-listallnetworkservices': `${LIST}A\nB\n`, ...service('A'), ...service('B') });
    const state = await macos.read(run);
    const slots = decideOn(state, macos.wanted(TARGET, state), (slot) => macos.off(slot));
    const now: State = { 'web\nA': ['other.corp', '80', 'on'], 'secureweb\nA': ['127.0.0.1', '1488', 'on'] };
    expect(decideRestore(slots, now)).toEqual({
      changes: [{ key: 'secureweb\nA', from: ['127.0.0.1', '1488', 'on'], to: ['', '0', 'off'] }],
      kept: ['web\nA'],
    });
  });
});

const KEY = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';
const registry = (...values: string[]): RunTool =>
  answering({ [`query ${KEY}`]: `\r\n${KEY}\r\n${values.map((value) => `    ${value}\r\n`).join('')}\r\n` });

describe('Windows', () => {
  const place = windows('C:\\Windows');
  const reg = '"C:\\\\Windows\\\\System32\\\\reg.exe"';
  const key = JSON.stringify(KEY);

  it('sets and takes away again values that were not there', async () => {
    const state = await place.read(registry('ProxyEnable    REG_DWORD    0x0', 'User Agent    REG_SZ    x'));
    expect(told(place, state)).toEqual({
      on: [
        `${reg} add ${key} /v ProxyServer /t REG_SZ /d 127.0.0.1:1488 /f`,
        `${reg} add ${key} /v ProxyOverride /t REG_SZ /d "localhost;127.0.0.1;[::1];*.local" /f`,
        `${reg} add ${key} /v ProxyEnable /t REG_DWORD /d 1 /f`,
      ],
      off: [
        `${reg} add ${key} /v ProxyEnable /t REG_DWORD /d 0 /f`,
        `${reg} delete ${key} /v ProxyServer /f`,
        `${reg} delete ${key} /v ProxyOverride /f`,
      ],
    });
  });

  it('brings back PAC, exceptions and a proxy per scheme, and shows no password', async () => {
    const state = await place.read(
      registry(
        'ProxyEnable    REG_DWORD    0x1',
        'ProxyServer    REG_SZ    http=eve:hunter2@proxy.corp:80;https=b.corp:443',
        'ProxyOverride    REG_SZ    <local>;*.corp    x',
        'AutoConfigURL    REG_EXPAND_SZ    http://eve:hunter2@pac.corp/a b.pac',
      ),
    );
    expect(state['ProxyServer']).toEqual(['REG_SZ', 'http=eve:hunter2@proxy.corp:80;https=b.corp:443']);
    expect(told(place, state)).toEqual({
      on: [
        `${reg} add ${key} /v ProxyServer /t REG_SZ /d 127.0.0.1:1488 /f`,
        `${reg} add ${key} /v ProxyOverride /t REG_SZ /d "localhost;127.0.0.1;[::1];*.local" /f`,
        `${reg} delete ${key} /v AutoConfigURL /f`,
      ],
      off: [
        `${reg} add ${key} /v ProxyServer /t REG_SZ /d "http=***@proxy.corp:80;https=b.corp:443" /f`,
        `${reg} add ${key} /v ProxyOverride /t REG_SZ /d "<local>;*.corp    x" /f`,
        `${reg} add ${key} /v AutoConfigURL /t REG_EXPAND_SZ /d "http://***@pac.corp/a b.pac" /f`,
      ],
    });
  });
});

describe('restoring', () => {
  const place = gnome('gsettings');
  const at = (mode: string, host = "'127.0.0.1'", port = '1488'): State => ({
    mode: [mode],
    http: [host, port, 'false'],
    https: ["'127.0.0.1'", '1488'],
    'ignore-hosts': ["['localhost', '127.0.0.1', '::1', '*.local']"],
  });
  const before: State = {
    mode: ["'auto'"],
    http: ["'corp'", '80', 'true'],
    https: ["''", '0'],
    'ignore-hosts': ["['a']"],
  };
  const slots = decideOn(before, place.wanted(TARGET, before), (slot) => place.off(slot));
  const after = (now: State): { result: State; kept: string[] } => {
    const { changes, kept } = decideRestore(slots, now);
    return { result: { ...now, ...Object.fromEntries(changes.map(({ key, to }) => [key, to])) }, kept };
  };

  it('puts everything back', () => expect(after(at("'manual'"))).toEqual({ result: before, kept: [] }));
  it('keeps the switch that somebody else moved', () =>
    expect(after(at("'none'"))).toEqual({ result: { ...before, mode: ["'none'"] }, kept: ['mode'] }));
  it('keeps the proxy that somebody else set, switched on', () =>
    expect(after(at("'manual'", "'theirs'", '81'))).toEqual({
      result: { ...before, mode: ["'manual'"], http: ["'theirs'", '81', 'false'] },
      kept: ['mode', 'http'],
    }));
  it('keeps exceptions that somebody else wrote', () =>
    expect(after({ ...at("'manual'"), 'ignore-hosts': ["['b']"] }).result).toEqual({
      ...before,
      'ignore-hosts': ["['b']"],
    }));
  it('puts back a write that was cut off', () =>
    expect(after(at("'auto'", "'127.0.0.1'", '80'))).toEqual({ result: before, kept: [] }));
  it('does not take its own traces for a state that was before', () => {
    const traces = decideOn(at("'manual'"), place.wanted(TARGET, at("'manual'")), (slot) => place.off(slot));
    expect(traces.find(({ key }) => key === 'mode')?.before).toEqual(["'none'"]);
  });
  it('reads what gsettings prints, and no password', () =>
    expect(
      parseGnome(
        "org.gnome.system.proxy mode 'auto'\norg.gnome.system.proxy.http authentication-password 'x'\norg.gnome.system.proxy.http host 'it\\'s a'\n",
      ),
    ).toEqual({ mode: ["'auto'"], http: ["'it\\'s a'", null, null], https: [null, null], 'ignore-hosts': [null] }));
});

it('hides names and passwords', () => {
  expect(withoutCredentials('http://u:p@h:1 a;http=u:p@h,b@c "x"')).toBe('http://***@h:1 a;http=***@h,***@c "x"');
  expect(withoutCredentials('no address')).toBe('no address');
});

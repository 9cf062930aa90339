/** Windows: the values of Internet Settings in the user's registry, and the notification on which programs read them anew. */
import { win32 } from 'node:path';
import type { RunTool } from '../run-tool.ts';
import type { Change, Place, State, Value } from './decide.ts';

const KEY = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';
const NAMES = ['ProxyEnable', 'ProxyServer', 'ProxyOverride', 'AutoConfigURL'];

/** INTERNET_OPTION_SETTINGS_CHANGED, then INTERNET_OPTION_REFRESH. */
const NOTIFY = [
  `$t = Add-Type -Name Net -Namespace Bsdm -PassThru -MemberDefinition '[DllImport("wininet.dll")] public static extern bool InternetSetOption(IntPtr h, int o, IntPtr b, int l);'`,
  '[void]$t::InternetSetOption([IntPtr]::Zero, 39, [IntPtr]::Zero, 0)',
  '[void]$t::InternetSetOption([IntPtr]::Zero, 37, [IntPtr]::Zero, 0)',
].join('; ');

/** A value is its type and its data as `reg query` prints them. */
function parseRegistry(output: string): State {
  const state: Record<string, Value> = Object.fromEntries(NAMES.map((name) => [name, [null, null]]));
  for (const line of output.split('\n')) {
    const [name = '', type = '', ...data] = line.trim().split('    ');
    if (!NAMES.includes(name) || !type.startsWith('REG_')) continue;
    const value = data.join('    ');
    if (value.includes('\uFFFD')) throw new Error(`${name} in the registry has characters that could not be put back`);
    state[name] = [type, type === 'REG_DWORD' ? String(Number(value)) : value];
  }
  return state;
}

/** @param systemRoot the folder of Windows. */
export function windows(systemRoot: string): Place {
  const system = win32.join(systemRoot, 'System32');
  const reg = win32.join(system, 'reg.exe');
  return {
    name: 'Windows',
    async read(run: RunTool) {
      const { ok, output, problem } = await run([reg, 'query', KEY], 10_000);
      if (!ok) throw new Error(`the registry could not be read: ${problem}`);
      return parseRegistry(output);
    },
    wanted: ({ host, port, bypass }) => [
      { key: 'ProxyServer', role: 'endpoint', value: ['REG_SZ', `${bracketed(host)}:${port}`] },
      { key: 'ProxyOverride', role: 'other', value: ['REG_SZ', bypass.map(bracketed).join(';')] },
      // Asked before the proxy.
      { key: 'AutoConfigURL', role: 'other', value: [null, null] },
      { key: 'ProxyEnable', role: 'switch', value: ['REG_DWORD', '1'] },
    ],
    off: ({ role, value }) => (role === 'switch' ? ['REG_DWORD', '0'] : value),
    lines({ key, to: [type, data] }: Change) {
      return type === null || type === undefined
        ? [[reg, 'delete', KEY, '/v', key, '/f']]
        : [[reg, 'add', KEY, '/v', key, '/t', type, '/d', data ?? '', '/f']];
    },
    notify: [
      [
        win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        NOTIFY,
      ],
    ],
  };
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

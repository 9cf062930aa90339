/** KDE 5 and 6: `kioslaverc`, read and written by KDE's own tools, and the signal on which running programs read it anew. */
import type { RunTool } from '../run-tool.ts';
import type { Change, Place, Value } from './decide.ts';

const KEYS: Readonly<Record<string, readonly string[]>> = {
  ProxyType: ['ProxyType'],
  httpProxy: ['httpProxy'],
  httpsProxy: ['httpsProxy'],
  exceptions: ['NoProxyFor', 'ReversedException'],
};
const GROUP = ['--file', 'kioslaverc', '--group', 'Proxy Settings', '--key'];
/** No value of these keys looks like that. */
const MISSING = 'bsdm-proxy:none';

/** Paths of the programs; `signal` is dbus-send, when there is one. */
export interface KdeTools {
  read: string;
  write: string;
  signal: string | undefined;
}

export const kde = (tools: KdeTools): Place => ({
  name: 'KDE',
  async read(run: RunTool) {
    const field = async (key: string): Promise<string | null> => {
      const { ok, output, problem } = await run([tools.read, ...GROUP, key, '--default', MISSING], 10_000);
      if (!ok) throw new Error(`kioslaverc could not be read: ${problem}`);
      const value = output.endsWith('\n') ? output.slice(0, -1) : output;
      return value === MISSING ? null : value;
    };
    const state: Record<string, Value> = {};
    for (const [slot, keys] of Object.entries(KEYS)) state[slot] = await Promise.all(keys.map(field));
    return state;
  },
  wanted({ host, port, bypass }) {
    const address = `http://${host.includes(':') ? `[${host}]` : host} ${port}`;
    return [
      { key: 'httpProxy', role: 'endpoint', value: [address] },
      { key: 'httpsProxy', role: 'endpoint', value: [address] },
      { key: 'exceptions', role: 'other', value: [bypass.map(kdePattern).join(','), 'false'] },
      { key: 'ProxyType', role: 'switch', value: ['1'] },
    ];
  },
  off: ({ role, value }) => (role === 'switch' ? ['0'] : value),
  lines: ({ key, from, to }: Change) =>
    (KEYS[key] ?? []).flatMap((name, i) => {
      const value = to[i] ?? null;
      if (value === (from[i] ?? null)) return [];
      return [[tools.write, ...GROUP, name, ...(value === null ? ['--delete', '--', ''] : ['--', value])]];
    }),
  notify:
    tools.signal === undefined
      ? []
      : [
          [
            tools.signal,
            '--type=signal',
            '/KIO/Scheduler',
            'org.kde.KIO.Scheduler.reparseSlaveConfiguration',
            'string:',
          ],
        ],
});

/** KDE has no wildcard: a suffix begins with a dot. */
const kdePattern = (host: string): string => (host.startsWith('*.') ? host.slice(1) : host);

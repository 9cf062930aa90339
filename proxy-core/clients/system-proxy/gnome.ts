/** GNOME, and every program that asks GTK's and GLib's settings: `gsettings`. PAC address and SOCKS stay as they are. */
import type { RunTool } from '../run-tool.ts';
import type { Change, Place, State, Value } from './decide.ts';

const SCHEMA = 'org.gnome.system.proxy';
/** Slot by slot, the keys of its fields as `schema key`. Passwords are not read: authentication is switched off and on. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  mode: [`${SCHEMA} mode`],
  http: [`${SCHEMA}.http host`, `${SCHEMA}.http port`, `${SCHEMA}.http use-authentication`],
  https: [`${SCHEMA}.https host`, `${SCHEMA}.https port`],
  'ignore-hosts': [`${SCHEMA} ignore-hosts`],
};

/** A text as GVariant writes it. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function parseGnome(output: string): State {
  const byKey = new Map<string, string>();
  for (const line of output.split('\n')) {
    const schemaEnd = line.indexOf(' ');
    const keyEnd = line.indexOf(' ', schemaEnd + 1);
    if (schemaEnd > 0 && keyEnd > 0) byKey.set(line.slice(0, keyEnd), line.slice(keyEnd + 1));
  }
  const state: Record<string, Value> = {};
  for (const [slot, keys] of Object.entries(KEYS)) state[slot] = keys.map((key) => byKey.get(key) ?? null);
  return state;
}

/** @param gsettings path of the tool. */
export const gnome = (gsettings: string): Place => ({
  name: 'GNOME',
  async read(run: RunTool) {
    const { ok, output, problem } = await run([gsettings, 'list-recursively', SCHEMA], 10_000);
    if (!ok) throw new Error(`gsettings could not be read: ${problem}`);
    return parseGnome(output);
  },
  wanted: ({ host, port, bypass }) => [
    { key: 'http', role: 'endpoint', value: [quoted(host), String(port), 'false'] },
    { key: 'https', role: 'endpoint', value: [quoted(host), String(port)] },
    { key: 'ignore-hosts', role: 'other', value: [`[${bypass.map(quoted).join(', ')}]`] },
    { key: 'mode', role: 'switch', value: ["'manual'"] },
  ],
  off: ({ role, value }) => (role === 'switch' ? ["'none'"] : value),
  lines: ({ key, from, to }: Change) =>
    (KEYS[key] ?? []).flatMap((name, i) => {
      const value = to[i] ?? null;
      return value === (from[i] ?? null)
        ? []
        : [value === null ? [gsettings, 'reset', ...name.split(' ')] : [gsettings, 'set', ...name.split(' '), value]];
    }),
  notify: [],
});

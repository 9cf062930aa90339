/**
 * Writes two sections of README.md from where they are declared: the settings (contract) and the calls of the control API
 * (host). scripts/readme-tables.test.ts fails when README.md says something else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAccepted } from '../proxy-core/contract/parse-setting.ts';
import { SETTING_KEYS, SETTING_SPECS } from '../proxy-core/contract/setting-specs.ts';
import type { SettingGroup, SettingKey } from '../proxy-core/contract/settings.ts';
import { REST_CALLS } from '../proxy-core/host/rest.ts';

export const README = join(import.meta.dirname, '..', 'README.md');

const TITLES: Record<SettingGroup, string> = {
  proxy: 'Proxy',
  https: 'HTTPS',
  upstream: 'Origins',
  cache: 'Cache',
  capture: 'Capture',
  control: 'Control API',
  updates: 'Updates',
  kafka: 'Kafka',
};

const row = (...cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** `268435456` → `268435456 (256 MiB)`; other defaults as they are typed. */
function defaultText(key: SettingKey): string {
  const spec = SETTING_SPECS[key];
  if (spec.type === 'string' && spec.default === '') return 'empty';
  const value = `\`${String(spec.default)}\``;
  if (spec.type !== 'integer' || spec.unit !== 'bytes' || spec.default < 1024) return value;
  const [size, unit] =
    spec.default % 1_048_576 === 0 ? [spec.default / 1_048_576, 'MiB'] : [spec.default / 1024, 'KiB'];
  return `${value} (${size} ${unit})`;
}

/** All settings as Markdown, one table per group. */
export function settingsTable(): string {
  const groups = [...new Set(SETTING_KEYS.map((key) => SETTING_SPECS[key].group))];
  return groups
    .map((group) => {
      const rows = SETTING_KEYS.filter((key) => SETTING_SPECS[key].group === group).map((key) => {
        const spec = SETTING_SPECS[key];
        return row(`\`--${spec.flag}\``, `\`${spec.env}\``, defaultText(key), spec.help, describeAccepted(key));
      });
      return [
        `**${TITLES[group]}**`,
        '',
        row('flag', 'environment', 'default', 'what', 'takes'),
        '|---|---|---|---|---|',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

/** All calls of the control API as a Markdown table. */
function callsTable(): string {
  const rows = REST_CALLS.map((call) => {
    const query = Object.keys(call.query ?? {})
      .map((name) => `\`${name}\``)
      .join(' ');
    return row(
      `\`${call.method} ${call.path}\``,
      `${call.summary}${call.open === true ? ' (no token)' : ''}${query === '' ? '' : `; ${query}`}`,
    );
  });
  return [row('call', 'what'), '|---|---|', ...rows].join('\n');
}

function replaceSection(text: string, name: string, content: string): string {
  const begin = `<!-- ${name}: written by npm run readme -->`;
  const end = `<!-- end of ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`README.md lacks the lines "${begin}" and "${end}"`);
  return `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
}

/** The text with both sections as they ought to be. */
export function withTables(readme: string): string {
  return replaceSection(replaceSection(readme, 'settings', settingsTable()), 'calls', callsTable());
}

if (process.argv[1] === import.meta.filename) writeFileSync(README, withTables(readFileSync(README, 'utf8')));

/**
 * npm run settings-table
 * Writes the table of all settings into README.md, from the one table in the contract that also makes --help and the
 * settings view. scripts/settings-table.test.ts fails when the two differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTING_KEYS, SETTING_SPECS, describeAccepted, type SettingGroup, type SettingKey } from '../proxy-core/contract/settings.ts';

export const README = join(import.meta.dirname, '..', 'README.md');
const BEGIN = '<!-- settings: written by npm run settings-table -->';
const END = '<!-- end of settings -->';

const TITLES: Record<SettingGroup, string> = { proxy: 'Proxy', cache: 'Cache', capture: 'Capture', control: 'Control API', kafka: 'Kafka' };

/** `268435456` → `268435456 (256 MiB)`; other defaults as they are typed. */
function defaultText(key: SettingKey): string {
  const spec = SETTING_SPECS[key];
  if (spec.type === 'string' && spec.default === '') return 'empty';
  const value = `\`${String(spec.default)}\``;
  if (spec.type !== 'integer' || spec.unit !== 'bytes' || spec.default < 1024) return value;
  const [size, unit] = spec.default % 1_048_576 === 0 ? [spec.default / 1_048_576, 'MiB'] : [spec.default / 1024, 'KiB'];
  return `${value} (${size} ${unit})`;
}

/** The tables as Markdown, one per group. */
export function settingsTable(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const groups = [...new Set(SETTING_KEYS.map((key) => SETTING_SPECS[key].group))];
  return groups
    .map((group) => {
      const rows = SETTING_KEYS.filter((key) => SETTING_SPECS[key].group === group).map((key) => {
        const spec = SETTING_SPECS[key];
        return `| \`--${spec.flag}\` | \`${spec.env}\` | ${cell(defaultText(key))} | ${cell(spec.help)} | ${cell(describeAccepted(key))} |`;
      });
      return [`**${TITLES[group]}**`, '', '| flag | environment | default | what | takes |', '|---|---|---|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}

/** The text with the section between the markers replaced by the tables. */
export function withSettingsTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`README.md lacks the lines "${BEGIN}" and "${END}"`);
  return `${readme.slice(0, begin)}${BEGIN}\n${settingsTable()}\n${readme.slice(end)}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(README, withSettingsTable(readFileSync(README, 'utf8')));

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTING_KEYS, SETTING_SPECS } from '../proxy-core/contract/setting-specs.ts';
import { README, settingsTable, withTables } from './readme-tables.ts';

describe('the tables of README.md', () => {
  it('name every flag and every environment variable once', () => {
    const table = settingsTable();
    for (const key of SETTING_KEYS) {
      expect(table.split(`\`--${SETTING_SPECS[key].flag}\``)).toHaveLength(2);
      expect(table.split(`\`${SETTING_SPECS[key].env}\``)).toHaveLength(2);
    }
  });

  it('are what the settings and the control API declare (else: npm run readme)', () => {
    const readme = readFileSync(README, 'utf8');
    expect(withTables(readme)).toBe(readme);
  });
});

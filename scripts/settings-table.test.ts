import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTING_KEYS, SETTING_SPECS } from '../proxy-core/contract/settings.ts';
import { README, settingsTable, withSettingsTable } from './settings-table.ts';

describe('the table of settings', () => {
  it('names every flag and every environment variable once', () => {
    const table = settingsTable();
    for (const key of SETTING_KEYS) {
      expect(table.split(`\`--${SETTING_SPECS[key].flag}\``)).toHaveLength(2);
      expect(table.split(`\`${SETTING_SPECS[key].env}\``)).toHaveLength(2);
    }
  });

  it('stands in README.md as the contract has it (else: npm run settings-table)', () => {
    const readme = readFileSync(README, 'utf8');
    expect(withSettingsTable(readme)).toBe(readme);
  });
});

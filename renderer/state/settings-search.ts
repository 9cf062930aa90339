/** What is looked for among the settings, by whoever: the field of that view, or an action that leads to one of them. */
import { create } from 'zustand';
import { SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingKey } from '../../proxy-core/contract/settings.ts';
import { setPrefs } from './prefs.ts';

export const useSettingsSearch = create<{ typed: string; wanted: SettingKey | null }>()(() => ({
  typed: '',
  wanted: null,
}));

/** Goes to a setting and puts the focus into its field. */
export function showSetting(key: SettingKey): void {
  useSettingsSearch.setState({ typed: `--${SETTING_SPECS[key].flag}`, wanted: key });
  setPrefs({ view: 'settings' });
}

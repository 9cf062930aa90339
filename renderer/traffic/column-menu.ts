/** The list of columns to choose from. */
import { texts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import type { MenuItem } from '../kit/Menu.tsx';
import { arrangeColumns, toPrefs } from './columns.ts';

export function columnMenu(): MenuItem[] {
  const t = texts();
  const all = arrangeColumns(usePrefs.getState().columns);
  return [
    ...all.map((column): MenuItem => ({
      label: t.traffic.column[column.id],
      checked: column.shown,
      run: () => {
        const now = arrangeColumns(usePrefs.getState().columns);
        setPrefs({
          columns: toPrefs(now.map((item) => (item.id === column.id ? { ...item, shown: !item.shown } : item))),
        });
      },
    })),
    { label: '-' },
    { label: t.traffic.columnsReset, run: () => setPrefs({ columns: [], sort: null }) },
  ];
}

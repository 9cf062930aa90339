import { usePrefs } from '../state/prefs.ts';

/** Height of a table row in px; must be --row of tokens.css. */
const ROW_HEIGHT = { comfortable: 24, compact: 20 } as const;

export function useRowHeight(): number {
  return ROW_HEIGHT[usePrefs((prefs) => prefs.density)];
}

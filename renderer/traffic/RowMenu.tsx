/** The menu of the selected exchanges. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Menu, type Point } from '../kit/Menu.tsx';
import { useTrafficUi } from '../state/selection.ts';
import { rowOf } from '../state/traffic.ts';
import { rowActions } from './row-actions.ts';

export function RowMenu({ at, onClose }: { at: Point; onClose: () => void }): JSX.Element | null {
  const t = useTexts();
  const current = useTrafficUi((state) => state.current);
  const selected = useTrafficUi((state) => state.selected);
  useTrafficUi((state) => state.marked);
  const row = rowOf(current);
  if (row === undefined) return null;
  const keys = selected.size > 0 ? [...selected] : [row.key];
  return <Menu at={at} items={rowActions(t, row, keys)} label={row.url} onClose={onClose} />;
}

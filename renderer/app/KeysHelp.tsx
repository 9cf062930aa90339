/** The list of keys. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { VIEWS } from '../state/prefs.ts';
import { MOD } from './shortcuts.ts';

export function KeysHelp({ onClose }: { onClose: () => void }): JSX.Element {
  const t = useTexts();
  const rows: [string[], string][] = [
    [[`${MOD}1`, '…', `${MOD}${VIEWS.length}`], t.app.navigation],
    [[`${MOD}K`], t.palette.title],
    [['/'], t.palette.focusFilter],
    [['P'], t.palette.pauseView],
    [['↑', '↓', 'J', 'K'], t.keys.move],
    [['PgUp', 'PgDn'], t.keys.page],
    [['Home', 'End'], t.keys.ends],
    [['Enter'], t.keys.open],
    [['Esc'], t.keys.close],
    [['Shift+↑↓', `${MOD}A`], t.keys.select],
    [['M'], t.keys.mark],
    [['N'], t.labels.keyNote],
    [['1', '…', '6', '0'], t.labels.keyColor],
    [['E'], t.traffic.menu.editAgain],
    [['R'], t.traffic.menu.sendAgain],
    [['Space'], t.keys.check],
    [['Del'], t.keys.evict],
    [[`${MOD}Z`], t.keys.undo],
    [['Shift+F10'], t.keys.menu],
    [['Enter', 'Shift+←→', `${MOD}←→`, 'Del'], t.keys.heads],
    [['?'], t.keys.title],
  ];
  return (
    <Dialog title={t.keys.title} width="wide" onClose={onClose}>
      <dl className="keys-grid">
        {rows.map(([keys, text]) => (
          <div key={text} className="keys-row">
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** In the place of the details while no exchange is chosen: the keys that lead to them. Gone for good once it was closed. */
import { Fragment, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { Icon } from '../ui/icons.tsx';

export function KeysHint(): JSX.Element | null {
  const t = useTexts();
  const wanted = usePrefs((prefs) => prefs.keysHint);
  if (!wanted) return null;
  const h = t.keys.hint;
  const rows: [keys: string[], text: string][] = [
    [['↑', '↓'], h.choose],
    [['Enter'], h.open],
    [['/'], h.filter],
    [['M'], h.mark],
    [['?'], h.all],
  ];
  return (
    <div className="keys-hint" role="note" aria-label={t.keys.title}>
      <span className="soft">{h.lead}</span>
      {rows.map(([keys, text]) => (
        <span key={text} className="keys-hint-item">
          {keys.map((key) => (
            <Fragment key={key}>
              <kbd>{key}</kbd>{' '}
            </Fragment>
          ))}
          {text}
        </span>
      ))}
      <span className="grow" />
      <button
        type="button"
        className="button quiet icon-only"
        aria-label={h.close}
        title={h.close}
        onClick={() => setPrefs({ keysHint: false })}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}

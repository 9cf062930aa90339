/** The views, at the left edge. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs, VIEWS } from '../state/prefs.ts';
import { Icon } from '../ui/icons.tsx';
import { MOD } from './shortcuts.ts';

export function Rail({ onHelp }: { onHelp: () => void }): JSX.Element {
  const t = useTexts();
  const view = usePrefs((prefs) => prefs.view);
  return (
    <nav className="rail" aria-label={t.app.navigation}>
      {VIEWS.map((item, index) => (
        <button
          key={item}
          type="button"
          className="rail-item"
          aria-current={item === view ? 'page' : undefined}
          title={`${t.app.views[item]} (${MOD}${index + 1})`}
          onClick={() => setPrefs({ view: item })}
        >
          <Icon name={item} size={20} />
          <span>{t.app.views[item]}</span>
        </button>
      ))}
      <span className="grow" />
      <button
        type="button"
        className="rail-item small"
        aria-label={t.keys.title}
        title={`${t.keys.title} (?)`}
        onClick={onHelp}
      >
        <Icon name="keyboard" size={18} />
      </button>
    </nav>
  );
}

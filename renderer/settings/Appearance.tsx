/** How this window looks (kept in this window, not in the core), and facts about the running core. */
import type { JSX } from 'react';
import { LANGUAGE_NAMES, useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { DENSITIES, LANGUAGES, setPrefs, THEMES, usePrefs } from '../state/prefs.ts';

function Choice<T extends string>({
  label,
  values,
  names,
  value,
  onChange,
}: {
  label: string;
  values: readonly T[];
  names: Record<T, string>;
  value: T;
  onChange: (value: T) => void;
}): JSX.Element {
  return (
    <div className="set-row">
      <div className="set-name">
        <span>{label}</span>
      </div>
      <div className="segmented" role="radiogroup" aria-label={label}>
        {values.map((item) => (
          <button key={item} type="button" role="radio" aria-checked={item === value} onClick={() => onChange(item)}>
            {names[item]}
          </button>
        ))}
      </div>
    </div>
  );
}

export function Appearance(): JSX.Element {
  const t = useTexts();
  const theme = usePrefs((prefs) => prefs.theme);
  const density = usePrefs((prefs) => prefs.density);
  const language = usePrefs((prefs) => prefs.language);
  return (
    <section id="settings-appearance" className="set-group" aria-labelledby="settings-appearance-name">
      <h2 id="settings-appearance-name">{t.settings.groups.appearance}</h2>
      <div className="set-card">
        <Choice
          label={t.settings.theme}
          values={THEMES}
          names={t.settings.themes}
          value={theme}
          onChange={(next) => setPrefs({ theme: next })}
        />
        <Choice
          label={t.settings.density}
          values={DENSITIES}
          names={t.settings.densities}
          value={density}
          onChange={(next) => setPrefs({ density: next })}
        />
        <Choice
          label={t.settings.language}
          values={LANGUAGES}
          names={LANGUAGE_NAMES}
          value={language}
          onChange={(next) => setPrefs({ language: next })}
        />
      </div>
    </section>
  );
}

export function About(): JSX.Element | null {
  const t = useTexts();
  const info = useConnection((state) => state.info);
  if (info === null) return null;
  const facts: [string, string][] = [
    [t.settings.version, `${info.name} ${info.version}`],
    ['Node', info.node],
    ...Object.entries(window.bsdmDesktop?.versions ?? {})
      .filter(([name]) => name === 'electron' || name === 'chrome')
      .map(([name, version]): [string, string] => [name.replace(/^./, (first) => first.toUpperCase()), version]),
    [t.settings.session, info.sessionId],
    [t.settings.dataDir, info.dataDir],
  ];
  return (
    <section className="set-group" aria-labelledby="settings-about-name">
      <h2 id="settings-about-name">{t.settings.about}</h2>
      <div className="set-card">
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

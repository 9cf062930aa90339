/** All settings, grouped as the contract's table groups them, and how this window looks. */
import { useEffect, useState, type JSX } from 'react';
import { SETTING_KEYS, SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingGroup, SettingKey, SettingsSnapshot } from '../../proxy-core/contract/settings.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { useSettingsSearch } from '../state/settings-search.ts';
import { showProblem } from '../state/toasts.ts';
import { Appearance, About } from './Appearance.tsx';
import { hasWords, isFound } from './find.ts';
import { KafkaPanel } from './KafkaPanel.tsx';
import { matters } from './matters.ts';
import { Presets } from './Presets.tsx';
import { SettingField } from './SettingField.tsx';
import { useCurrentSection } from './use-current-section.ts';
import './settings.css';

const GROUPS: readonly SettingGroup[] = [
  'proxy',
  'https',
  'upstream',
  'cache',
  'capture',
  'kafka',
  'control',
  'updates',
];

const adopt = (settings: SettingsSnapshot): void => useConnection.setState({ settings });

const keysOf = (group: SettingGroup): SettingKey[] => SETTING_KEYS.filter((key) => SETTING_SPECS[key].group === group);

/** One section: those that matter now; all that were found while one searches. */
function Group({
  group,
  settings,
  typed,
  saved,
  onSaved,
}: {
  group: SettingGroup;
  settings: SettingsSnapshot;
  typed: string;
  saved: SettingKey | null;
  onSaved: (key: SettingKey | null) => void;
}): JSX.Element | null {
  const t = useTexts();
  const kafka = useConnection((state) => state.kafka);
  const [all, setAll] = useState(false);
  const found = keysOf(group).filter((key) => typed === '' || isFound(key, typed, t));
  const shown = typed !== '' || all ? found : found.filter((key) => matters(key, settings));
  const extra = typed === '' || hasWords(`${t.settings.groups[group]} ${t.settings.presets}`, typed);
  if (shown.length === 0 && !extra) return null;

  async function change(key: SettingKey, value: string | number | boolean): Promise<void> {
    onSaved(null);
    adopt(await call('settings.update', { patch: { [key]: value } }));
    onSaved(key);
  }
  function reset(key: SettingKey): void {
    call('settings.reset', { keys: [key] }).then((next) => {
      adopt(next);
      onSaved(key);
    }, showProblem);
  }
  return (
    <section id={`settings-${group}`} className="set-group" aria-labelledby={`settings-${group}-name`}>
      <h2 id={`settings-${group}-name`}>{t.settings.groups[group]}</h2>
      <div className="set-card">
        {group === 'cache' && extra && <Presets settings={settings} />}
        {group === 'kafka' && kafka !== null && typed === '' && (
          <KafkaPanel
            status={kafka}
            settings={JSON.stringify(keysOf('kafka').map((key) => settings[key].value))}
            dialAllow={settings.dialAllow.value}
          />
        )}
        {shown.map((key) => (
          <SettingField
            key={key}
            name={key}
            state={settings[key]}
            saved={saved === key}
            idle={!matters(key, settings)}
            onChange={change}
            onReset={reset}
            onProblem={showProblem}
          />
        ))}
        {shown.length < found.length && (
          <div className="set-more">
            <button type="button" className="button quiet" onClick={() => setAll(true)}>
              {t.settings.more(found.length - shown.length)}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

export function SettingsView(): JSX.Element {
  const t = useTexts();
  const settings = useConnection((state) => state.settings);
  const hasKafka = useConnection((state) => state.kafka !== null);
  const { typed, wanted } = useSettingsSearch();
  const setTyped = (next: string): void => useSettingsSearch.setState({ typed: next, wanted: null });
  const [saved, setSaved] = useState<SettingKey | null>(null);
  const searched = typed.trim();
  const hasSettings = settings !== null;
  useEffect(() => {
    if (wanted === null || !hasSettings) return;
    document.getElementById(`setting-${wanted}`)?.focus();
    useSettingsSearch.setState({ wanted: null });
  }, [wanted, hasSettings]);
  const groups = settings === null ? [] : GROUPS.filter((group) => group !== 'kafka' || hasKafka);
  const { scroll, current, onScroll } = useCurrentSection(['appearance', ...groups]);
  const appearance = searched === '' || hasWords(appearanceWords(t.settings), searched);
  const isAnyFound = appearance || groups.some((group) => keysOf(group).some((key) => isFound(key, searched, t)));

  return (
    <main className="view settings" aria-label={t.app.views.settings}>
      <nav className="settings-nav" aria-label={t.app.views.settings}>
        <input
          id="settings-search"
          className="input"
          type="search"
          aria-label={t.settings.search}
          placeholder={t.settings.search}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || typed === '') return;
            event.stopPropagation();
            setTyped('');
          }}
        />
        {(['appearance', ...groups] as const).map((group) => (
          <button
            key={group}
            type="button"
            aria-current={searched === '' && group === current ? 'true' : undefined}
            onClick={() => {
              setTyped('');
              requestAnimationFrame(() =>
                document.getElementById(`settings-${group}`)?.scrollIntoView({ block: 'start' }),
              );
            }}
          >
            {t.settings.groups[group]}
          </button>
        ))}
      </nav>
      <div
        ref={scroll}
        className="settings-scroll"
        tabIndex={0}
        role="region"
        aria-label={t.app.views.settings}
        onScroll={onScroll}
      >
        {appearance && <Appearance />}
        {settings === null ? (
          <p className="faint pad">{t.settings.waiting}</p>
        ) : (
          groups.map((group) => (
            <Group key={group} group={group} settings={settings} typed={searched} saved={saved} onSaved={setSaved} />
          ))
        )}
        {searched === '' && <About />}
        {!isAnyFound && <p className="empty">{t.settings.noneFound}</p>}
        <p className="hidden-text" role="status">
          {saved !== null && t.settings.savedOne(t.settings.label[saved])}
        </p>
      </div>
    </main>
  );
}

/** What one may call the settings of this window. */
function appearanceWords(s: ReturnType<typeof useTexts>['settings']): string {
  return [
    s.groups.appearance,
    s.theme,
    ...Object.values(s.themes),
    s.density,
    ...Object.values(s.densities),
    s.language,
  ].join(' ');
}

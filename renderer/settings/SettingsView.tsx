/** All settings, grouped as the contract's table groups them, and how this window looks. */
import type { JSX } from 'react';
import { SETTING_KEYS, SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingGroup, SettingKey, SettingsSnapshot } from '../../proxy-core/contract/settings.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { showProblem } from '../state/toasts.ts';
import { Appearance, About } from './Appearance.tsx';
import { KafkaPanel } from './KafkaPanel.tsx';
import { Presets } from './Presets.tsx';
import { SettingField } from './SettingField.tsx';
import './settings.css';

const GROUPS: readonly SettingGroup[] = ['proxy', 'https', 'upstream', 'cache', 'capture', 'kafka', 'control'];

const adopt = (settings: SettingsSnapshot): void => useConnection.setState({ settings });

async function change(key: SettingKey, value: string | number | boolean): Promise<void> {
  adopt(await call('settings.update', { patch: { [key]: value } }));
}
function reset(key: SettingKey): void {
  call('settings.reset', { keys: [key] }).then(adopt, showProblem);
}

export function SettingsView(): JSX.Element {
  const t = useTexts();
  const settings = useConnection((state) => state.settings);
  const kafka = useConnection((state) => state.kafka);
  const groups = GROUPS.filter((group) => group !== 'kafka' || kafka !== null);
  return (
    <main className="view settings" aria-label={t.app.views.settings}>
      <nav className="settings-nav" aria-label={t.app.views.settings}>
        {(['appearance', ...(settings === null ? [] : groups)] as const).map((group) => (
          <button
            key={group}
            type="button"
            onClick={() =>
              document.getElementById(`settings-${group}`)?.scrollIntoView({ block: 'start', behavior: 'smooth' })
            }
          >
            {t.settings.groups[group]}
          </button>
        ))}
      </nav>
      <div className="settings-scroll" tabIndex={0} role="region" aria-label={t.app.views.settings}>
        <Appearance />
        {settings === null ? (
          <p className="faint pad">{t.settings.waiting}</p>
        ) : (
          groups.map((group) => (
            <section
              key={group}
              id={`settings-${group}`}
              className="set-group"
              aria-labelledby={`settings-${group}-name`}
            >
              <h2 id={`settings-${group}-name`}>{t.settings.groups[group]}</h2>
              <div className="set-card">
                {group === 'cache' && <Presets settings={settings} />}
                {group === 'kafka' && kafka !== null && (
                  <KafkaPanel
                    status={kafka}
                    settings={JSON.stringify(
                      SETTING_KEYS.filter((key) => SETTING_SPECS[key].group === 'kafka').map(
                        (key) => settings[key].value,
                      ),
                    )}
                    dialAllow={settings.dialAllow.value}
                  />
                )}
                {SETTING_KEYS.filter((key) => SETTING_SPECS[key].group === group).map((key) => (
                  <SettingField
                    key={key}
                    name={key}
                    state={settings[key]}
                    onChange={change}
                    onReset={reset}
                    onProblem={showProblem}
                  />
                ))}
              </div>
            </section>
          ))
        )}
        <About />
      </div>
    </main>
  );
}

/** Presets: each says what it changes before it does, and can be taken back afterwards. */
import { useState, type JSX } from 'react';
import { SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingKey, SettingsSnapshot } from '../../proxy-core/contract/settings.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { showProblem } from '../state/toasts.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { formatClock, formatCount, formatDuration } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { spokenValue } from './draft.ts';
import { applyPreset, askPreset, undoLatest, undoNow, usePresets } from './preset-history.ts';
import { planPreset, planUndo, PRESET_EFFECTS, PRESET_NAMES, type Applied, type PlannedChange } from './presets.ts';

function said(t: Catalogue, key: SettingKey, value: string | number | boolean): string {
  const spec = SETTING_SPECS[key];
  if (typeof value === 'boolean') return value ? t.app.yes : t.app.no;
  if (spec.type === 'integer' && spec.unit === 'seconds') return formatDuration(Number(value) * 1000);
  return spokenValue(key, value) || (typeof value === 'number' ? formatCount(value) : value);
}

/** What a plan does to each setting, in words; `choice` stands before those that may be chosen. */
function PlanTable({
  plan,
  settings,
  back = false,
  choice,
}: {
  plan: readonly PlannedChange[];
  settings: SettingsSnapshot;
  back?: boolean;
  choice?: (change: PlannedChange) => JSX.Element | null;
}): JSX.Element {
  const t = useTexts();
  const p = t.hits.presets;
  const fixed = settings.cacheMode.value === 'fixed-ttl';
  return (
    <table className="plan">
      <thead>
        <tr>
          <th scope="col">{p.setting}</th>
          <th scope="col">{p.now}</th>
          <th scope="col">{back ? p.before : p.then}</th>
          <th scope="col">{p.effect}</th>
        </tr>
      </thead>
      <tbody>
        {plan.map((change) => {
          const { key, now, then, state } = change;
          return (
            <tr key={key} data-key={key} data-state={state}>
              <th scope="row">{t.settings.label[key]}</th>
              <td>{said(t, key, now)}</td>
              <td>{said(t, key, then)}</td>
              <td>
                {state === 'changes' || state === 'changed-since' ? (
                  <>
                    <strong>{p.effects[PRESET_EFFECTS[key]]}</strong>{' '}
                    {key === 'cacheTtlSeconds' && fixed ? p.fixedTtl : p.texts[key]}
                    {state === 'changed-since' && <p className="warn-text">{p.changedSince}</p>}
                  </>
                ) : (
                  <span className="faint">
                    {state === 'same' ? p.same : p.locked(t.settings.sources[settings[key].source])}
                  </span>
                )}
                {choice?.(change)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function PresetDialog({
  name,
  settings,
}: {
  name: (typeof PRESET_NAMES)[number];
  settings: SettingsSnapshot;
}): JSX.Element {
  const t = useTexts();
  const p = t.hits.presets;
  const plan = planPreset(name, settings);
  const changes = plan.filter(({ state }) => state === 'changes').length;
  const close = (): void => askPreset(null);
  return (
    <Dialog
      title={t.settings.presetNames[name]}
      width="wide"
      onClose={close}
      foot={
        <>
          <button type="button" className="button" onClick={close}>
            {changes > 0 ? t.app.cancel : t.app.close}
          </button>
          {changes > 0 && (
            <button
              type="button"
              className="button primary"
              onClick={() => {
                close();
                applyPreset(name).catch(showProblem);
              }}
            >
              {p.apply(changes)}
            </button>
          )}
        </>
      }
    >
      <p className="soft">{changes > 0 ? p.lead[name] : p.nothing}</p>
      <PlanTable plan={plan} settings={settings} />
    </Dialog>
  );
}

function UndoDialog({ applied, settings }: { applied: Applied; settings: SettingsSnapshot }): JSX.Element {
  const t = useTexts();
  const p = t.hits.presets;
  const [also, setAlso] = useState<ReadonlySet<SettingKey>>(new Set());
  const plan = planUndo(applied, settings);
  const count = plan.filter(
    ({ key, state }) => state === 'changes' || (state === 'changed-since' && also.has(key)),
  ).length;
  const close = (): void => askPreset(null);
  const flip = (key: SettingKey): void =>
    setAlso((before) => new Set(before.has(key) ? [...before].filter((item) => item !== key) : [...before, key]));
  return (
    <Dialog
      title={p.undoTitle(t.settings.presetNames[applied.name])}
      width="wide"
      onClose={close}
      foot={
        <>
          <button type="button" className="button" onClick={close}>
            {t.app.cancel}
          </button>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              close();
              undoNow(also).catch(showProblem);
            }}
          >
            {count > 0 ? p.restore(count) : p.keepAll}
          </button>
        </>
      }
    >
      <p className="soft">{p.undoLead}</p>
      <PlanTable
        plan={plan}
        settings={settings}
        back
        choice={({ key, then, state }) =>
          state === 'changed-since' ? (
            <label className="plan-choice">
              <input type="checkbox" checked={also.has(key)} onChange={() => flip(key)} />{' '}
              {p.restoreToo(said(t, key, then))}
            </label>
          ) : null
        }
      />
    </Dialog>
  );
}

export function Presets({ settings }: { settings: SettingsSnapshot }): JSX.Element {
  const t = useTexts();
  const p = t.hits.presets;
  const asked = usePresets((state) => state.asked);
  const latest = usePresets((state) => state.applied.at(-1));
  return (
    <div className="set-row" data-testid="presets">
      <div className="set-name">
        <span>{t.settings.presets}</span>
        <p className="faint">{p.hint}</p>
      </div>
      <div className="set-value">
        <div className="set-presets">
          {PRESET_NAMES.map((name) => (
            <button key={name} type="button" className="button" aria-haspopup="dialog" onClick={() => askPreset(name)}>
              {t.settings.presetNames[name]}…
            </button>
          ))}
        </div>
        {latest !== undefined && (
          <div className="set-presets">
            <span className="faint">
              {p.appliedAt(t.settings.presetNames[latest.name], formatClock(latest.atMs, false))}
            </span>
            <button type="button" className="button" onClick={undoLatest}>
              <Icon name="reset" size={14} />
              {p.undo}
            </button>
          </div>
        )}
      </div>
      {asked === 'undo'
        ? latest !== undefined && <UndoDialog applied={latest} settings={settings} />
        : asked !== null && <PresetDialog name={asked} settings={settings} />}
    </div>
  );
}

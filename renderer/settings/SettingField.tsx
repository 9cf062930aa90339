/** One setting: its control, what it takes, where its value comes from, and the way back to the default. */
import { useState, type JSX } from 'react';
import { SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import { isLoopbackHost, type SettingKey, type SettingState } from '../../proxy-core/contract/settings.ts';
import { throttleNames } from '../../proxy-core/contract/throttle.ts';
import { useConnection } from '../state/connection.ts';
import { useTexts } from '../i18n/index.ts';
import { Switch } from '../kit/Switch.tsx';
import { usePrefs } from '../state/prefs.ts';
import { Icon } from '../ui/icons.tsx';
import { parseDraft, shownValue, spokenValue } from './draft.ts';

interface FieldProps {
  name: SettingKey;
  state: SettingState;
  onChange: (key: SettingKey, value: string | number | boolean) => Promise<void>;
  onReset: (key: SettingKey) => void;
}

function TextControl({ name, state, id, onChange }: FieldProps & { id: string }): JSX.Element {
  const t = useTexts();
  const spec = SETTING_SPECS[name];
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const language = usePrefs((prefs) => prefs.language);
  const text = draft ?? shownValue(name, state.value, language);
  const parsed = draft === null ? null : parseDraft(name, draft, t);
  const problem = parsed?.ok === false ? parsed.problem : refused;
  const openToAll =
    name === 'host' &&
    (parsed?.ok === true
      ? typeof parsed.value === 'string' && !isLoopbackHost(parsed.value)
      : !isLoopbackHost(String(state.value)));

  function commit(): void {
    if (parsed === null || !parsed.ok) return;
    if (parsed.value === state.value && spec.secret !== true) return setDraft(null);
    onChange(name, parsed.value).then(
      () => setDraft(null),
      (thrown: unknown) => setRefused(thrown instanceof Error ? thrown.message : String(thrown)),
    );
  }
  return (
    <div className="set-control">
      <div className="set-input">
        <input
          id={id}
          className={`input ${spec.type === 'string' ? 'wide' : 'number'}`}
          type={spec.secret === true ? 'password' : 'text'}
          // An amount may be typed with its unit.
          inputMode={
            spec.type === 'integer' && (spec.unit === undefined || spec.unit === 'entries') ? 'numeric' : 'text'
          }
          autoComplete="off"
          spellCheck={false}
          disabled={state.locked}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-help`}
          placeholder={
            spec.secret === true ? (state.isSet === true ? t.settings.secretSet : t.settings.secretNone) : ''
          }
          value={text}
          onChange={(event) => {
            setRefused(null);
            setDraft(event.target.value);
          }}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape') setDraft(null);
          }}
        />
        {spec.type === 'integer' && spec.unit === 'entries' && (
          <span className="faint">{t.settings.units.entries(Number(text))}</span>
        )}
      </div>
      {problem !== null && (
        <p className="wrong-text" role="alert">
          {problem}
        </p>
      )}
      {openToAll && (
        <p className="warn-text set-warning">
          <Icon name="warning" size={13} /> {t.settings.lanWarning}
        </p>
      )}
    </div>
  );
}

function Control(props: FieldProps & { id: string; onProblem: (thrown: unknown) => void }): JSX.Element {
  const { name, state, id, onChange, onProblem } = props;
  const t = useTexts();
  const spec = SETTING_SPECS[name];
  const own = useConnection(({ settings }) => String(settings?.throttleProfiles.value ?? ''));
  // What was chosen shows at once; a refusal puts it back.
  const [chosen, setChosen] = useState<string | number | boolean | null>(null);
  const value = chosen ?? state.value;
  function choose(next: string | number | boolean): void {
    setChosen(next);
    onChange(name, next)
      .catch(onProblem)
      .finally(() => setChosen(null));
  }
  if (spec.type === 'boolean') {
    return (
      <Switch
        id={id}
        label={t.settings.label[name]}
        describedBy={`${id}-help`}
        on={value === true}
        disabled={state.locked}
        onChange={choose}
      />
    );
  }
  /** Numbers that mean something each are chosen by their meaning. */
  const meanings =
    name === 'kafkaAcks'
      ? t.settings.acks
      : name === 'throttle'
        ? throttleNames(own).map((item) => [item, item] as const)
        : undefined;
  if (spec.type === 'enum' || meanings !== undefined) {
    const options = meanings ?? (spec.type === 'enum' ? spec.values : []).map((item) => [item, item] as const);
    return (
      <select
        id={id}
        className="input"
        disabled={state.locked}
        aria-describedby={`${id}-help`}
        value={String(value)}
        onChange={(event) => choose(spec.type === 'integer' ? Number(event.target.value) : event.target.value)}
      >
        {options.map(([item, text]) => (
          <option key={item} value={item}>
            {text}
          </option>
        ))}
      </select>
    );
  }
  return <TextControl {...props} />;
}

export function SettingField(
  props: FieldProps & {
    onProblem: (thrown: unknown) => void;
    /** It was changed here just now. */
    saved: boolean;
    /** It would change nothing as the others stand. */
    idle: boolean;
  },
): JSX.Element {
  const { name, state, onReset, saved, idle } = props;
  const t = useTexts();
  const spec = SETTING_SPECS[name];
  const language = usePrefs((prefs) => prefs.language);
  const id = `setting-${name}`;
  const fallback =
    spec.default === ''
      ? t.app.none
      : spec.type === 'boolean'
        ? spec.default
          ? t.app.yes
          : t.app.no
        : spokenValue(name, spec.default) || shownValue(name, spec.default, language);
  return (
    <div className="set-row" data-testid="setting" data-key={name} data-source={state.source}>
      <div className="set-name">
        <label htmlFor={id}>{t.settings.label[name]}</label>
        <p id={`${id}-help`} className="faint">
          {t.settings.help[name]}
        </p>
        {idle && <p className="set-idle">{t.settings.idle}</p>}
      </div>
      <div className="set-value">
        <Control {...props} id={id} />
        {state.locked && (
          <span className="source-tag">
            <Icon name="lock" size={12} />
            {t.settings.locked(t.settings.sources[state.source], state.source === 'env' ? spec.env : `--${spec.flag}`)}
          </span>
        )}
      </div>
      <div className="set-source">
        {saved && (
          <span className="set-saved" aria-hidden="true">
            <Icon name="check" size={13} /> {t.settings.saved}
          </span>
        )}
        {!state.locked && state.source === 'saved' ? (
          <button
            type="button"
            className="button quiet icon-only"
            aria-label={`${t.settings.reset}: ${t.settings.label[name]}`}
            title={t.settings.resetTo(fallback)}
            onClick={() => onReset(name)}
          >
            <Icon name="reset" size={14} />
          </button>
        ) : null}
      </div>
    </div>
  );
}

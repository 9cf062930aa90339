/** One action of a rule as fields, chosen among those that may stand at the rule's place. */
import { useId, type JSX } from 'react';
import {
  ACTION_STAGES,
  PRESET_STAGES,
  REDIRECT_STATUSES,
  RULE_PRESETS,
  type Rule,
  type RuleAction,
  type RuleActionKind,
} from '../../proxy-core/contract/rules/rule.ts';
import { NO_THROTTLE, throttleNames } from '../../proxy-core/contract/throttle.ts';
import { useConnection } from '../state/connection.ts';
import { useTexts } from '../i18n/index.ts';
import { fieldsOf, linesOf } from '../ui/field-lines.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { AreaField, LineField, type AreaFieldProps } from '../ui/LabelledField.tsx';

const KINDS = Object.keys(ACTION_STAGES) as RuleActionKind[];

/** An action of that kind, as a beginning. */
export function firstAction(kind: RuleActionKind, where: Rule['where']): RuleAction {
  switch (kind) {
    case 'set-field':
    case 'add-field':
      return { do: kind, name: '', value: '' };
    case 'remove-field':
      return { do: kind, name: '' };
    case 'replace-in-field':
      return { do: kind, name: '', pattern: '*', with: '$1' };
    case 'preset':
      return {
        do: kind,
        preset: RULE_PRESETS.find((preset) => PRESET_STAGES[preset].includes(where)) ?? 'strip-cookies',
      };
    case 'set-method':
      return { do: kind, method: 'GET' };
    case 'set-status':
      return { do: kind, status: 200 };
    case 'map-remote':
      return { do: kind, from: 'http://*', to: 'http://$1' };
    case 'map-local':
      return { do: kind, path: '' };
    case 'mock':
      return { do: kind, status: 200, fields: [['Content-Type', 'text/plain; charset=utf-8']], body: { text: '' } };
    case 'redirect':
      return { do: kind, status: 302, from: '*', to: 'http://' };
    case 'abort':
    case 'breakpoint':
      return { do: kind };
    case 'delay':
      return { do: kind, ms: 1000 };
    case 'throttle':
      return { do: kind, profile: '3g' };
  }
}

function Text({
  isWide = false,
  ...field
}: Omit<Parameters<typeof LineField>[0], 'className'> & { isWide?: boolean }): JSX.Element {
  return <LineField className={isWide ? 'action-field wide' : 'action-field'} {...field} />;
}

/** An empty field is no number; the check of the rule says so. */
function Whole({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div className="action-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        inputMode="numeric"
        value={value === undefined || Number.isNaN(value) ? '' : String(value)}
        onChange={({ target }) => onChange(/^\d{1,15}$/.test(target.value) ? Number(target.value) : undefined)}
      />
    </div>
  );
}

function Check({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }): JSX.Element {
  return (
    <label className="rule-check">
      <input type="checkbox" checked={on} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}

function Choice<T extends string | number>({
  label,
  value,
  options,
  say,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly T[];
  say: (option: T) => string;
  onChange: (value: T) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div className="action-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={String(value)}
        onChange={({ target }) => onChange(options[target.selectedIndex] ?? value)}
      >
        {options.map((option) => (
          <option key={option} value={String(option)}>
            {say(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Those that are there, and one that is there no more. */
function Profile({ value, onChange }: { value: string; onChange: (profile: string) => void }): JSX.Element {
  const { rules: r } = useTexts();
  const own = useConnection(({ settings }) => String(settings?.throttleProfiles.value ?? ''));
  const names = throttleNames(own).filter((name) => name !== NO_THROTTLE);
  return (
    <Choice
      label={r.fields.profile}
      value={value}
      options={names.includes(value) ? names : [value, ...names]}
      say={String}
      onChange={onChange}
    />
  );
}

function Area(field: Omit<AreaFieldProps, 'className' | 'keepsTyped'>): JSX.Element {
  return <AreaField className="action-field wide" keepsTyped {...field} />;
}

type Of<K extends RuleActionKind> = Extract<RuleAction, { do: K }>;
/** Undefined takes a member out. */
type Patch<T> = { [P in keyof T]?: T[P] | undefined };

function Details({
  action,
  where,
  onChange,
}: {
  action: RuleAction;
  where: Rule['where'];
  onChange: (action: RuleAction) => void;
}): JSX.Element | null {
  const { rules: r } = useTexts();
  const f = r.fields;
  /** A change of one member; an optional one goes when it is empty. */
  const put = <K extends RuleActionKind>(of: Of<K>, patch: Patch<Of<K>>): void => {
    const next = { ...of, ...patch };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)) as Of<K>);
  };
  switch (action.do) {
    case 'set-field':
    case 'add-field':
      return (
        <>
          <Text label={f.field} value={action.name} hint="Cache-Control" onChange={(name) => put(action, { name })} />
          <Text label={f.value} value={action.value} isWide onChange={(value) => put(action, { value })} />
        </>
      );
    case 'remove-field':
      return <Text label={f.field} value={action.name} hint="Set-Cookie" onChange={(name) => put(action, { name })} />;
    case 'replace-in-field':
      return (
        <>
          <Text label={f.field} value={action.name} onChange={(name) => put(action, { name })} />
          <Text label={f.pattern} value={action.pattern} onChange={(pattern) => put(action, { pattern })} />
          <Text label={f.with} value={action.with} onChange={(text) => put(action, { with: text })} />
        </>
      );
    case 'preset':
      return (
        <>
          <Choice
            label={f.preset}
            value={action.preset}
            options={RULE_PRESETS.filter((preset) => PRESET_STAGES[preset].includes(where))}
            say={(preset) => r.presets[preset]}
            onChange={(preset) => onChange({ do: 'preset', preset })}
          />
          {action.preset === 'make-cacheable' && (
            <Whole
              label={f.seconds}
              value={action.seconds ?? 3600}
              onChange={(seconds = NaN) => put(action, { seconds })}
            />
          )}
          {action.preset === 'allow-origin' && (
            <Text
              label={f.allowed}
              value={action.origin ?? '*'}
              onChange={(origin) => put(action, { origin: origin === '' ? '*' : origin })}
            />
          )}
        </>
      );
    case 'set-method':
      return <Text label={f.method} value={action.method} onChange={(method) => put(action, { method })} />;
    case 'set-status':
      return <Whole label={f.status} value={action.status} onChange={(status = NaN) => put(action, { status })} />;
    case 'map-remote':
      return (
        <>
          <Text label={f.from} value={action.from} isWide onChange={(from) => put(action, { from })} />
          <Text label={f.to} value={action.to} isWide onChange={(to) => put(action, { to })} />
          <Check
            label={f.keepHost}
            on={action.keepHost === true}
            onChange={(on) => put(action, { keepHost: on ? true : undefined })}
          />
          {where === 'client-request' && (
            <Check
              label={f.keepKey}
              on={action.keepKey === true}
              onChange={(on) => put(action, { keepKey: on ? true : undefined })}
            />
          )}
        </>
      );
    case 'map-local':
      return (
        <>
          <Text label={f.path} value={action.path} isWide onChange={(path) => put(action, { path })} />
          <Text
            label={f.below}
            value={action.from ?? ''}
            hint="http://a.example/static/*"
            isWide
            onChange={(from) => put(action, { from: from === '' ? undefined : from })}
          />
        </>
      );
    case 'mock':
      return (
        <>
          <Whole label={f.status} value={action.status} onChange={(status = NaN) => put(action, { status })} />
          <Area
            label={f.lines}
            rows={3}
            value={linesOf(action.fields)}
            hint="Content-Type: application/json"
            onChange={(text) => put(action, { fields: fieldsOf(text) })}
          />
          {action.body?.base64 === undefined ? (
            <Area
              label={f.body}
              rows={5}
              value={action.body?.text ?? ''}
              hint={f.bodyHint}
              onChange={(text) => put(action, { body: text === '' ? undefined : { text } })}
            />
          ) : (
            <p className="faint action-field wide">{f.bytes}</p>
          )}
        </>
      );
    case 'redirect':
      return (
        <>
          <Choice
            label={f.status}
            value={action.status}
            options={REDIRECT_STATUSES}
            say={String}
            onChange={(status) => put(action, { status })}
          />
          <Text label={f.from} value={action.from} isWide onChange={(from) => put(action, { from })} />
          <Text label={f.to} value={action.to} isWide onChange={(to) => put(action, { to })} />
        </>
      );
    case 'abort':
    case 'breakpoint':
      return null;
    case 'throttle':
      return <Profile value={action.profile} onChange={(profile) => put(action, { profile })} />;
    case 'delay':
      return (
        <>
          <Whole label={f.ms} value={action.ms} onChange={(ms = NaN) => put(action, { ms })} />
          <Whole label={f.upToMs} value={action.upToMs} onChange={(upToMs) => put(action, { upToMs })} />
        </>
      );
  }
}

export function ActionFields({
  action,
  where,
  onChange,
  onRemove,
}: {
  action: RuleAction;
  where: Rule['where'];
  onChange: (action: RuleAction) => void;
  onRemove: (() => void) | undefined;
}): JSX.Element {
  const { rules: r } = useTexts();
  const kinds = KINDS.filter((kind) => ACTION_STAGES[kind].includes(where) || kind === action.do);
  return (
    <div className="rule-action">
      <select
        className="input"
        aria-label={r.kind}
        value={action.do}
        onChange={({ target }) => onChange(firstAction(kinds[target.selectedIndex] ?? action.do, where))}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {r.kinds[kind]}
          </option>
        ))}
      </select>
      {onRemove !== undefined && <IconButton label={r.removeAction} icon="close" onClick={onRemove} />}
      <div className="action-fields">
        <Details key={action.do} action={action} where={where} onChange={onChange} />
      </div>
    </div>
  );
}

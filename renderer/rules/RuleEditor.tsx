/** One rule as a form. What is wrong is said while it is typed; nothing is in force before it is saved. */
import { useId, useState, type FormEvent, type JSX } from 'react';
import { describeRuleProblem, parseRules } from '../../proxy-core/contract/rules/parse-rules.ts';
import {
  ACTION_STAGES,
  PRESET_STAGES,
  RULE_STAGES,
  type Rule,
  type RuleAction,
} from '../../proxy-core/contract/rules/rule.ts';
import { checkWhen } from '../../proxy-core/contract/rules/when.ts';
import { useTexts } from '../i18n/index.ts';
import { usePrefs } from '../state/prefs.ts';
import { Icon } from '../ui/icons.tsx';
import { ActionFields, firstAction } from './ActionFields.tsx';
import { edit, saveRule, useRules } from './state.ts';

const mayStand = (action: RuleAction, where: Rule['where']): boolean =>
  (action.do === 'preset' ? PRESET_STAGES[action.preset] : ACTION_STAGES[action.do]).includes(where);

/** The way of an exchange, client – cache – origin, with the four places on it. */
function Places({ where, onChange }: { where: Rule['where']; onChange: (where: Rule['where']) => void }): JSX.Element {
  const { rules: r } = useTexts();
  const name = useId();
  return (
    <fieldset className="rule-way">
      <legend>{r.place}</legend>
      <span className="way-end way-client">{r.client}</span>
      <span className="way-end way-cache">{r.cache}</span>
      <span className="way-end way-origin">{r.origin}</span>
      {RULE_STAGES.map((stage) => (
        <label key={stage} className={`way-stop way-${stage}`}>
          <input type="radio" name={name} checked={stage === where} onChange={() => onChange(stage)} />
          <span>{r.where[stage]}</span>
        </label>
      ))}
      <p className="faint way-note">{r.whereNotes[where]}</p>
    </fieldset>
  );
}

export function RuleEditor({ rule, isNew }: { rule: Rule; isNew: boolean }): JSX.Element {
  const t = useTexts();
  const r = t.rules;
  const language = usePrefs((prefs) => prefs.language);
  const [draft, setDraft] = useState(rule);
  const [refused, setRefused] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const groups = useRules(({ rules }) => rules?.groups) ?? [];
  /** Undefined takes a member out. */
  const set = (patch: { [P in keyof Rule]?: Rule[P] | undefined }): void => {
    setRefused(null);
    setDraft((before) => {
      const { group, ...rest } = { ...before, ...patch };
      return { ...rest, ...(group !== undefined && { group }) } as Rule;
    });
  };
  const wrongWhen = checkWhen(draft.when, draft.where, language);
  const misplaced = draft.then.filter((action) => !mayStand(action, draft.where));
  const parsed = parseRules([{ ...draft, group: undefined }]);
  const problems = parsed.ok ? [] : parsed.problems.map(({ problem }) => describeRuleProblem({ problem }));
  const id = useId();

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (!parsed.ok) return;
    saveRule(draft).then(
      () => edit(null),
      (thrown: unknown) => setRefused(thrown instanceof Error ? thrown.message : String(thrown)),
    );
  }
  return (
    <form
      className="rule-editor"
      aria-label={isNew ? r.add : r.editing(rule.name)}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') edit(null);
      }}
    >
      <div className="rule-field">
        <label htmlFor={`${id}-name`}>{r.name}</label>
        <input
          id={`${id}-name`}
          className="input"
          value={draft.name}
          autoFocus
          maxLength={200}
          placeholder={r.nameHint}
          onChange={({ target }) => set({ name: target.value })}
        />
      </div>
      <div className="rule-field">
        <label htmlFor={`${id}-when`}>{r.when}</label>
        <input
          id={`${id}-when`}
          className="input mono"
          value={draft.when}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={wrongWhen !== undefined}
          aria-describedby={`${id}-when-note`}
          placeholder="host:*.example.com path:/api"
          onChange={({ target }) => set({ when: target.value })}
        />
        <p id={`${id}-when-note`} className={wrongWhen === undefined ? 'faint' : 'wrong-text'}>
          {wrongWhen ?? r.whenHint}
        </p>
      </div>
      <div className="rule-field">
        <label htmlFor={`${id}-group`}>{r.group}</label>
        <input
          id={`${id}-group`}
          className="input"
          value={draft.group ?? ''}
          list={`${id}-groups`}
          autoComplete="off"
          maxLength={200}
          placeholder={r.groupHint}
          onChange={({ target }) => set({ group: target.value === '' ? undefined : target.value })}
        />
        <datalist id={`${id}-groups`}>
          {groups.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      <Places where={draft.where} onChange={(where) => set({ where })} />
      <fieldset className="rule-actions">
        <legend>{r.then}</legend>
        <ol>
          {draft.then.map((action, index) => (
            <li key={index}>
              <ActionFields
                action={action}
                where={draft.where}
                onChange={(next) => set({ then: draft.then.map((one, n) => (n === index ? next : one)) })}
                onRemove={
                  draft.then.length === 1 ? undefined : () => set({ then: draft.then.filter((_, n) => n !== index) })
                }
              />
              {misplaced.includes(action) && <p className="wrong-text">{r.misplaced}</p>}
            </li>
          ))}
        </ol>
        <button
          type="button"
          className="button"
          onClick={() => set({ then: [...draft.then, firstAction('set-field', draft.where)] })}
        >
          {r.addAction}
        </button>
      </fieldset>
      <label className="rule-check">
        <input type="checkbox" checked={draft.stop === true} onChange={({ target }) => set({ stop: target.checked })} />
        {r.stop}
      </label>
      {(refused !== null || (tried && problems.length > 0)) && (
        <div className="wrong-text" role="alert">
          <Icon name="warning" size={13} /> {refused ?? problems.join('; ')}
        </div>
      )}
      <div className="rule-foot">
        <button type="button" className="button" onClick={() => edit(null)}>
          {t.app.cancel}
        </button>
        <button type="submit" className="button primary">
          {r.save}
        </button>
      </div>
    </form>
  );
}

/** Rules: the list in the order in which they act, each with its switch, place, deeds and count; the editor beside it. */
import { useEffect, useRef, type JSX } from 'react';
import type { Rule } from '../../proxy-core/contract/rules/rule.ts';
import type { RuleUse } from '../../proxy-core/contract/rules/rules-state.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { Switch } from '../kit/Switch.tsx';
import { showProblem } from '../state/toasts.ts';
import { saveFile } from '../ui/copy.ts';
import { formatClock, formatCount } from '../ui/format.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import {
  duplicateRule,
  edit,
  importRules,
  moveRule,
  newRule,
  refreshUses,
  removeRule,
  switchGroup,
  switchRule,
  useRules,
} from './state.ts';
import { sayAction } from './words.ts';
import './rules.css';

/** How often the counts are asked for while they are in view, ms. */
const COUNTS_MS = 2000;

function exportRules(): void {
  call('rules.export', {}).then(({ text }) => saveFile('rules.json', 'application/json', [text]), showProblem);
}

function Row({
  rule,
  use,
  isFirst,
  isLast,
  isOpen,
  isGroupOff,
}: {
  rule: Rule;
  use: RuleUse | undefined;
  isFirst: boolean;
  isLast: boolean;
  isOpen: boolean;
  isGroupOff: boolean;
}): JSX.Element {
  const t = useTexts();
  const r = t.rules;
  return (
    <li
      className="rule"
      data-testid="rule"
      data-off={!rule.enabled || isGroupOff}
      aria-current={isOpen ? 'true' : undefined}
    >
      <Switch label={r.switchOf(rule.name)} on={rule.enabled} onChange={() => switchRule(rule.id)} />
      <button type="button" className="rule-open" onClick={() => edit(rule)}>
        <span className="rule-name cut">
          {rule.group !== undefined && <span className="faint">{rule.group} · </span>}
          {rule.name}
        </span>
        <span className="rule-when mono cut">{rule.when === '' ? r.everything : rule.when}</span>
        <span className="rule-then cut">{rule.then.map((action) => sayAction(t, action)).join(' · ')}</span>
      </button>
      <span className="rule-where">{r.where[rule.where]}</span>
      <span className="rule-use faint">
        {use === undefined || use.matched === 0
          ? r.never
          : r.acted(formatCount(use.matched), use.lastAtMs === undefined ? '' : formatClock(use.lastAtMs, false))}
      </span>
      <span className="rule-buttons">
        <IconButton label={r.up(rule.name)} icon="up" disabled={isFirst} onClick={() => moveRule(rule.id, -1)} />
        <IconButton label={r.down(rule.name)} icon="down" disabled={isLast} onClick={() => moveRule(rule.id, 1)} />
        <IconButton label={r.duplicate(rule.name)} icon="copy" onClick={() => duplicateRule(rule)} />
        <IconButton label={r.remove(rule.name)} icon="trash" onClick={() => removeRule(rule)} />
      </span>
    </li>
  );
}

export function RulesView(): JSX.Element {
  const t = useTexts();
  const r = t.rules;
  const rules = useRules((state) => state.rules);
  const draft = useRules((state) => state.draft);
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => {
    refreshUses();
    const timer = setInterval(refreshUses, COUNTS_MS);
    return () => clearInterval(timer);
  }, []);
  const list = rules?.rules ?? [];
  const groups = rules?.groups ?? [];
  const off = new Set(groups.filter(({ enabled }) => !enabled).map(({ name }) => name));
  const uses = new Map(rules?.uses.map((use) => [use.id, use]));
  const add = (
    <button type="button" className="button primary" onClick={() => edit(newRule())}>
      {r.add}
    </button>
  );
  return (
    <main className="view rules" aria-label={t.app.views.rules}>
      <div className="toolbar">
        <h1 className="hidden-text">{t.app.views.rules}</h1>
        {add}
        <span className="faint grow cut">{r.lead}</span>
        <button type="button" className="button" onClick={() => picker.current?.click()}>
          {r.import}
        </button>
        <button type="button" className="button" disabled={list.length === 0} onClick={exportRules}>
          {r.export}
        </button>
        <input
          ref={picker}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={r.import}
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file !== undefined) void importRules(file);
            target.value = '';
          }}
        />
      </div>
      {groups.length > 0 && (
        <div className="rule-groups" role="group" aria-label={r.groups}>
          {groups.map(({ name, enabled }) => (
            <span key={name} className="rule-group">
              <Switch label={r.groupSwitch(name)} on={enabled} onChange={() => switchGroup(name)} />
              <span className="cut">{name}</span>
            </span>
          ))}
        </div>
      )}
      <div className="rules-body">
        {list.length === 0 ? (
          <div className="empty grow">
            <p>{r.none}</p>
            <p className="rules-hint">{r.noneHint}</p>
          </div>
        ) : (
          <ol className="rules-list" aria-label={t.app.views.rules}>
            {list.map((rule, index) => (
              <Row
                key={rule.id}
                rule={rule}
                use={uses.get(rule.id)}
                isFirst={index === 0}
                isLast={index === list.length - 1}
                isOpen={draft?.id === rule.id}
                isGroupOff={rule.group !== undefined && off.has(rule.group)}
              />
            ))}
          </ol>
        )}
        {draft !== null && <RuleEditor key={draft.id} rule={draft} isNew={!list.some(({ id }) => id === draft.id)} />}
      </div>
    </main>
  );
}

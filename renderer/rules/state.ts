/** The rules as the core has them, and changes of them: each is the whole list, refused when it was changed meanwhile. */
import { create } from 'zustand';
import type { Rule, RuleList } from '../../proxy-core/contract/rules/rule.ts';
import type { RulesState } from '../../proxy-core/contract/rules/rules-state.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { showProblem, showToast } from '../state/toasts.ts';

interface RulesUi {
  /** Null until the core has told them. */
  rules: RulesState | null;
  /** What the editor holds: a rule of the list or a new one; null while it is closed. */
  draft: Rule | null;
}

export const useRules = create<RulesUi>()(() => ({ rules: null, draft: null }));

export const takeRules = (rules: RulesState): void => useRules.setState({ rules });

/** Asks for the counts, which come with no stream. */
export function refreshUses(): void {
  call('rules.get', {}).then(takeRules, () => undefined);
}

export const edit = (draft: Rule | null): void => useRules.setState({ draft });

/** Puts in what `change` makes of the list. Rejects with the core's words. */
async function changeRules(change: (list: RuleList) => RuleList): Promise<void> {
  const { rules } = useRules.getState();
  if (rules === null) return;
  const { groups, rules: list, revision } = rules;
  takeRules(await call('rules.replace', { list: change({ groups, rules: list }), revision }));
}

/** The same, for what has no place of its own for a problem. */
function change(make: (rules: readonly Rule[]) => readonly Rule[]): void {
  changeRules((list) => ({ ...list, rules: make(list.rules) })).catch(showProblem);
}

export const saveRule = (rule: Rule): Promise<void> =>
  changeRules(({ groups, rules: before }) => {
    return {
      groups:
        rule.group === undefined || groups.some(({ name }) => name === rule.group)
          ? groups
          : [...groups, { name: rule.group, enabled: true }],
      rules: before.some(({ id }) => id === rule.id)
        ? before.map((one) => (one.id === rule.id ? rule : one))
        : [...before, rule],
    };
  });

/** All rules of a group at once. */
export function switchGroup(name: string): void {
  changeRules((list) => ({
    ...list,
    groups: list.groups.map((group) => (group.name === name ? { ...group, enabled: !group.enabled } : group)),
  })).catch(showProblem);
}

export const switchRule = (id: string): void =>
  change((rules) => rules.map((rule) => (rule.id === id ? { ...rule, enabled: !rule.enabled } : rule)));

/** One place up (-1) or down (1). */
export const moveRule = (id: string, by: -1 | 1): void =>
  change((rules) => {
    const from = rules.findIndex((rule) => rule.id === id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= rules.length) return rules;
    const moved = [...rules];
    [moved[from], moved[to]] = [moved[to]!, moved[from]!];
    return moved;
  });

export function duplicateRule(rule: Rule): void {
  const copy = { ...rule, id: newId(), name: texts().rules.copyOf(rule.name) };
  change((rules) => rules.flatMap((one) => (one.id === rule.id ? [one, copy] : [one])));
}

export function removeRule(rule: Rule): void {
  const before = useRules.getState().rules?.rules ?? [];
  const at = before.findIndex(({ id }) => id === rule.id);
  if (useRules.getState().draft?.id === rule.id) edit(null);
  changeRules((list) => ({ ...list, rules: list.rules.filter(({ id }) => id !== rule.id) })).then(() => {
    const t = texts().rules;
    showToast({
      tone: 'info',
      text: t.removed(rule.name),
      untilMs: Date.now() + 10_000,
      action: {
        label: t.undo,
        run: () => change((rules) => [...rules.slice(0, at), rule, ...rules.slice(at)]),
      },
    });
  }, showProblem);
}

const newId = (): string => crypto.randomUUID();

export function newRule(): Rule {
  return {
    id: newId(),
    name: '',
    enabled: true,
    when: '',
    where: 'origin-response',
    then: [{ do: 'preset', preset: 'make-cacheable', seconds: 3600 }],
  };
}

/** A rules file, behind the list. */
export async function importRules(file: File): Promise<void> {
  try {
    const text = await file.text();
    const before = useRules.getState().rules?.rules.length ?? 0;
    const after = await call('rules.import', { text, how: 'append' });
    takeRules(after);
    showToast({ tone: 'good', text: texts().rules.imported(after.rules.length - before, file.name) });
  } catch (problem) {
    showProblem(problem);
  }
}

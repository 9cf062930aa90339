/** What is done with held exchanges, and how a breakpoint is made. */
import type { HeldAnswer, HeldEdit } from '../../proxy-core/contract/breakpoints/held.ts';
import type { Rule } from '../../proxy-core/contract/rules/rule.ts';
import { setTerm } from '../../proxy-core/contract/filter/edit.ts';
import { checkWhen } from '../../proxy-core/contract/rules/when.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { saveRule } from '../rules/state.ts';
import { openHeld, takeHeld } from '../state/held.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { heldTexts } from './texts.ts';

/** Rejects with the core's words, and leaves the editor open. */
export async function resume(id: number, edit: HeldEdit | undefined): Promise<void> {
  takeHeld(await call('held.resume', { id, ...(edit !== undefined && { edit }) }));
  openHeld(null);
}

export async function answer(id: number, reply: HeldAnswer): Promise<void> {
  takeHeld(await call('held.answer', { id, answer: reply }));
  openHeld(null);
}

export async function abort(id: number): Promise<void> {
  takeHeld(await call('held.abort', { id }));
  openHeld(null);
}

export function resumeAll(): void {
  call('held.resumeAll', {}).then(takeHeld, showProblem);
}

/** Holds requests like this one, before the cache is asked. */
export function breakOn({ host, path }: { host: string; path: string }): void {
  const end = path.indexOf('?');
  const plain = end < 0 ? path : path.slice(0, end);
  make(`${host}${plain}`, setTerm(setTerm('', 'host', host, '='), 'path', plain, '='), 'client-request');
}

/** Holds what a line of the filter is about: requests, or responses where it asks for what only they have. */
export function breakOnFilter(when: string): void {
  const where = (['client-request', 'client-response'] as const).find((stage) => checkWhen(when, stage) === undefined);
  if (where === undefined) showProblem(new Error(checkWhen(when, 'client-response', usePrefs.getState().language)));
  else make(when === '' ? texts().rules.everything : when, when, where);
}

function make(what: string, when: string, where: Rule['where']): void {
  const t = heldTexts();
  const rule: Rule = {
    id: crypto.randomUUID(),
    name: t.ruleName(what.slice(0, 200)),
    enabled: true,
    when,
    where,
    then: [{ do: 'breakpoint' }],
  };
  saveRule(rule).then(
    () =>
      showToast({
        tone: 'good',
        text: t.made(rule.name),
        action: { label: t.showRules, run: () => setPrefs({ view: 'rules' }) },
      }),
    showProblem,
  );
}

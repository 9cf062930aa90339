/** The request in the form, the run that was sent last, and what was sent before. */
import { create } from 'zustand';
import { COMPOSE_LIMITS, type ComposeRun } from '../../proxy-core/contract/compose/composed.ts';
import { CommandError } from '../../proxy-core/contract/errors.ts';
import { call } from '../connection/core.ts';
import { setPrefs } from '../state/prefs.ts';
import { selectOnly } from '../state/selection.ts';
import { showProblem } from '../state/toasts.ts';
import { ofShown, ring } from '../state/traffic.ts';
import { showSession } from '../sessions/show.ts';
import { draftOf, emptyDraft, problemOf, requestOf, type Draft } from './draft.ts';
import { parseHistory, withSent, type Sent } from './history.ts';

/** What was read from a command line of curl, or captured without all of it. */
export type DraftNote =
  { kind: 'curl'; notes: readonly string[] } | { kind: 'curl-wrong'; problem: string } | { kind: 'missing' };

interface ComposeUi {
  draft: Draft;
  /** Rises when the form is filled from elsewhere. */
  filled: number;
  note: DraftNote | null;
  /** Why it was not sent. */
  problem: string | null;
  run: ComposeRun | null;
  /** The exchange of the run that is shown, by its key in the table. */
  shown: number | null;
  history: Sent[];
}

const KEY = 'bsdm-composed';
const store = typeof localStorage === 'undefined' ? null : localStorage;

export const useCompose = create<ComposeUi>()(() => ({
  draft: emptyDraft(),
  filled: 0,
  note: null,
  problem: null,
  run: null,
  shown: null,
  history: parseHistory(store?.getItem(KEY) ?? null),
}));

export function change(patch: Partial<Draft>): void {
  useCompose.setState(({ draft }) => ({ draft: { ...draft, ...patch }, problem: null }));
}

/** Puts a request into the form. */
export function fill(draft: Draft, note: DraftNote | null = null): void {
  useCompose.setState(({ filled }) => ({ draft, note, problem: null, filled: filled + 1 }));
}

function keep(history: Sent[]): void {
  useCompose.setState({ history });
  try {
    store?.setItem(KEY, JSON.stringify(history));
  } catch {
    // Storage full or forbidden: it lasts as long as the window.
  }
}
export const forgetHistory = (): void => keep([]);

export const isCurl = (text: string): boolean => /^\s*(?:\$\s+)?curl(?:\.exe)?\s/i.test(text);

/** Reads a command line of curl into the form; what is wrong with one is told there. */
export async function takeCurl(text: string): Promise<void> {
  try {
    const read = await call('compose.curl', { text });
    if (read.ok) fill(draftOf(read.request), { kind: 'curl', notes: read.notes });
    else useCompose.setState({ note: { kind: 'curl-wrong', problem: read.problem } });
  } catch (problem) {
    showProblem(problem);
  }
}

/** How long the core is waited for at a time, ms. */
const LOOK_MS = 300;

/** Chooses an exchange in the list of traffic, the live one: what is sent is captured there. Answers its key. */
function choose(id: number): number {
  showSession(null);
  const key = ring.keyOf(id);
  selectOnly(key);
  return key;
}

/** Shows one exchange of a run, here and in the list of traffic. */
export function show(id: number): void {
  useCompose.setState({ shown: choose(id) });
}

async function follow(begun: ComposeRun): Promise<void> {
  let run = begun;
  useCompose.setState({ run });
  if (run.sent[0] !== undefined) show(run.sent[0].id);
  while (!run.isOver) {
    run = await call('compose.run', { id: run.id, waitMs: LOOK_MS });
    if (useCompose.getState().run?.id !== run.id) return;
    useCompose.setState({ run });
  }
}

const wordsOf = (thrown: unknown): string =>
  thrown instanceof CommandError && thrown.hint !== undefined
    ? `${thrown.message}. ${thrown.hint}`
    : thrown instanceof Error
      ? thrown.message
      : String(thrown);

/** Sends what is in the form; what keeps it from being sent is told there. */
export async function send(): Promise<void> {
  const { draft, history } = useCompose.getState();
  if (isCurl(draft.url)) return takeCurl(draft.url);
  const times = Number(draft.times);
  const problem = problemOf(draft);
  if (problem !== undefined || !(times >= 1 && times <= COMPOSE_LIMITS.times && Number.isInteger(times)))
    return useCompose.setState({ problem: problem ?? '' });
  const request = requestOf(draft);
  const { cache, together } = draft;
  try {
    const run = await call('compose.send', { request, cache, times, together, waitMs: 0 });
    keep(withSent(history, { atMs: Date.now(), request, cache, times, together }));
    await follow(run);
  } catch (thrown) {
    useCompose.setState({ problem: wordsOf(thrown) });
  }
}

export function stop(): void {
  const { run } = useCompose.getState();
  if (run !== null) call('compose.stop', { id: run.id }).catch(showProblem);
}

/** Takes a request that was sent before into the form. */
export const recall = ({ request, cache, times, together }: Sent): void =>
  fill({ ...draftOf(request), cache, times: String(times), together });

/** Opens a captured request in the form, to be sent so many times. */
export async function editAgain(id: number, times: number): Promise<void> {
  try {
    const { request, missing } = await call('compose.fromExchange', { id, ...ofShown() });
    fill({ ...draftOf(request), times: String(times) }, missing === undefined ? null : { kind: 'missing' });
    setPrefs({ view: 'compose' });
  } catch (problem) {
    showProblem(problem);
  }
}

/** Sends a captured request as it was; one that is not there whole is opened instead. */
export async function sendAgain(id: number): Promise<void> {
  try {
    const { request, missing } = await call('compose.fromExchange', { id, ...ofShown() });
    if (missing !== undefined) return await editAgain(id, 1);
    const run = await call('compose.send', { request, cache: 'use', times: 1, together: true, waitMs: 0 });
    if (run.sent[0] !== undefined) choose(run.sent[0].id);
  } catch (problem) {
    showProblem(problem);
  }
}

/** Short messages at the edge of the window, some with an action; bounded, newest last. */
import { create } from 'zustand';

export interface Toast {
  id: number;
  tone: 'info' | 'good' | 'bad';
  text: string;
  hint?: string;
  action?: { label: string; run(): void };
  /** When it goes by itself. */
  untilMs: number;
}

const MAX_TOASTS = 4;
const SHOWN_MS = { info: 4000, good: 4000, bad: 9000 } as const;

export const useToasts = create<{ toasts: readonly Toast[] }>()(() => ({ toasts: [] }));

let nextId = 1;

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Shows a message; it leaves by itself, or by its number. */
export function showToast(toast: Omit<Toast, 'id' | 'untilMs'> & { untilMs?: number }): number {
  const id = nextId++;
  const untilMs = toast.untilMs ?? Date.now() + SHOWN_MS[toast.tone];
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, id, untilMs }].slice(-MAX_TOASTS) }));
  setTimeout(() => dismissToast(id), Math.max(0, untilMs - Date.now()));
  return id;
}

/** Does what the newest message that offers something offers: takes an eviction back. False when none does. */
export function runLatestAction(): boolean {
  const toast = useToasts
    .getState()
    .toasts.filter(({ action }) => action !== undefined)
    .at(-1);
  if (toast === undefined) return false;
  dismissToast(toast.id);
  toast.action?.run();
  return true;
}

/** Shows why something failed. */
export function showProblem(problem: unknown): void {
  const text = problem instanceof Error ? problem.message : String(problem);
  const hint =
    problem instanceof Error && 'hint' in problem && typeof problem.hint === 'string' ? problem.hint : undefined;
  showToast({ tone: 'bad', text, ...(hint === undefined ? {} : { hint }) });
}

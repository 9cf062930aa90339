/** What can be done with stored entries; each says what came of it. */
import { call } from '../connection/core.ts';
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { PurgeResult, PurgeSelector } from '../../proxy-core/contract/entry.ts';
import { texts } from '../i18n/index.ts';
import { useCacheUi, type PurgeDialog } from '../state/selection.ts';
import { noteSample } from '../state/stats.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { formatBytes } from '../ui/format.ts';
import { entryWindow } from './use-entry-window.ts';

export function selectorOf(dialog: PurgeDialog): PurgeSelector {
  switch (dialog.kind) {
    case 'ids':
      return { ids: dialog.ids };
    case 'host':
      return { host: dialog.host };
    case 'pattern':
      return { pattern: dialog.pattern };
    case 'all':
      return { all: true };
  }
}

/** List, map, totals and selection show what was just changed before it is told, and not with the next sample. */
async function showChange(): Promise<void> {
  useCacheUi.setState(({ changes }) => ({ changes: changes + 1 }));
  await Promise.allSettled([entryWindow.refresh(), pruneSelection(), call('stats.get', {}).then(noteSample)]);
}

function undo(token: string): void {
  call('cache.undo', { token }).then(async ({ entries }) => {
    await showChange();
    showToast({ tone: 'good', text: texts().cache.undone(entries) });
  }, showProblem);
}

/** Takes what is stored no longer out of the selection. */
export async function pruneSelection(): Promise<void> {
  const asked = useCacheUi.getState().selected;
  if (asked.size === 0) return;
  const known = new Set((await call('entry.known', { ids: [...asked] })).ids);
  const { selected } = useCacheUi.getState();
  const left = [...selected].filter((id) => known.has(id) || !asked.has(id));
  if (left.length < selected.size) useCacheUi.setState({ selected: new Set(left) });
}

/** Says what was evicted and offers to take it back for as long as the core keeps it. */
export async function reportEviction(result: PurgeResult): Promise<void> {
  await showChange();
  const { undoToken, undoUntilMs } = result;
  showToast({
    tone: 'info',
    text: texts().cache.evicted(result.entries, formatBytes(result.bytes)),
    ...(undoToken === undefined
      ? {}
      : {
          action: { label: texts().cache.undo, run: () => undo(undoToken) },
          untilMs: undoUntilMs ?? Date.now() + 10_000,
        }),
  });
}

/** Evicts without asking first; the undo is the safety. For one entry. */
export function evictOne(id: EntryId): void {
  call('entry.evict', { ids: [id] }).then(reportEviction, showProblem);
}

/** What can be done with stored entries; each says what came of it. */
import { call } from '../connection/core.ts';
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { PurgeResult, PurgeSelector } from '../../proxy-core/contract/entry.ts';
import { texts } from '../i18n/index.ts';
import type { PurgeDialog } from '../state/selection.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { formatBytes } from '../ui/format.ts';

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

function undo(token: string): void {
  call('cache.undo', { token }).then(
    ({ entries }) => showToast({ tone: 'good', text: texts().cache.undone(entries) }),
    showProblem,
  );
}

/** Says what was evicted and offers to take it back for as long as the core keeps it. */
export function reportEviction(result: PurgeResult): void {
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

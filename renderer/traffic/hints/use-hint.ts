/** The hint that stands over the table now: looked for once a second, dismissed for as long as this window's session lasts. */
import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { ExchangeRow } from '../../../proxy-core/contract/exchange.ts';
import { useConnection } from '../../state/connection.ts';
import { ring } from '../../state/traffic.ts';
import { decideHint, HINT_ROWS, type Hint, type HintContext, type HintKind } from './decide-hint.ts';

const KEY = 'bsdm-hints-dismissed';
const LOOK_MS = 1000;
const session = typeof sessionStorage === 'undefined' ? null : sessionStorage;

const KINDS: readonly HintKind[] = ['reload', 'own-cache', 'unread', 'cache-off', 'not-stored', 'first-time'];

function remembered(): ReadonlySet<HintKind> {
  const text = session?.getItem(KEY) ?? '';
  return new Set(KINDS.filter((kind) => text.split(' ').includes(kind)));
}

export const useDismissed = create<{ dismissed: ReadonlySet<HintKind> }>()(() => ({ dismissed: remembered() }));

/** Says no more of this kind until the session ends. */
export function dismissHint(kind: HintKind): void {
  const dismissed = new Set([...useDismissed.getState().dismissed, kind]);
  useDismissed.setState({ dismissed });
  try {
    session?.setItem(KEY, [...dismissed].join(' '));
  } catch {
    // Storage forbidden: until this page is loaded anew.
  }
}

/** The newest rows, oldest of them first. */
function newestRows(): ExchangeRow[] {
  const rows: ExchangeRow[] = [];
  for (let key = Math.max(ring.oldestKey, ring.newestKey - HINT_ROWS + 1); key <= ring.newestKey; key++) {
    const row = ring.get(key);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** How long nothing has come, by this page's own clock. */
class Quiet {
  #seq = -1;
  #sinceMs = 0;
  at(nowMs: number): number {
    if (ring.lastSeq !== this.#seq) [this.#seq, this.#sinceMs] = [ring.lastSeq, nowMs];
    return nowMs - this.#sinceMs;
  }
}

export function useHint(): Hint | null {
  const ignoresReload = useConnection(({ settings }) => settings?.ignoreClientCacheControl.value === true);
  const readsHttps = useConnection(({ settings }) => settings !== null && settings.intercept.value !== 'off');
  const cacheOff = useConnection(({ settings }) => settings?.cacheMode.value === 'off');
  const dismissed = useDismissed((state) => state.dismissed);
  const [hint, setHint] = useState<Hint | null>(null);
  useEffect(() => {
    const quiet = new Quiet();
    const look = (): void =>
      setHint((before) => {
        const context: HintContext = {
          ignoresReload,
          readsHttps,
          cacheOff,
          dismissed,
          quietMs: quiet.at(performance.now()),
          shown: before?.kind ?? null,
        };
        return decideHint(newestRows(), context);
      });
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [ignoresReload, readsHttps, cacheOff, dismissed]);
  return hint;
}

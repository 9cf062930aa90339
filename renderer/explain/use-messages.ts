/** The messages of a WebSocket as the core keeps them: read once, then what came after the last one known. */
import { useEffect, useRef, useState } from 'react';
import type { MessageQuery } from '../../proxy-core/contract/commands.ts';
import type { MessagePage, MessageRow } from '../../proxy-core/contract/messages.ts';
import { call } from '../connection/core.ts';
import { ofShown } from '../state/traffic.ts';

/** Asked for at once; the contract allows no more. */
const PAGE = 5000;
/** While a conversation goes on it is asked for this often at most. */
const PAUSE_MS = 250;

export interface Messages extends Omit<MessagePage, 'total'> {
  loading: boolean;
  failed: string | null;
}

type Filter = Pick<MessageQuery, 'text' | 'direction' | 'type'>;

const NONE: Messages = { rows: [], seen: 0, dropped: 0, problems: {}, loading: true, failed: null };

/** `version` changes when there may be more. */
export function useMessages(id: number, filter: Filter, version: number): Messages {
  const [state, setState] = useState<{ key: string; value: Messages }>({ key: '', value: NONE });
  const key = JSON.stringify([id, filter]);
  const known = useRef<{ key: string; rows: MessageRow[]; upTo: number }>({ key: '', rows: [], upTo: 0 });
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const [, wanted] = JSON.parse(key) as [number, Filter];
    if (known.current.key !== key) known.current = { key, rows: [], upTo: 0 };
    const ask = async (): Promise<void> => {
      const { upTo } = known.current;
      const page = await call('exchange.messages', { id, ...ofShown(), ...wanted, after: upTo, limit: PAGE });
      if (!current) return;
      const kept = known.current.rows.filter((row) => row.n > page.dropped);
      const last = page.rows.at(-1)?.n ?? 0;
      // All that match were sent: those that do not need not be looked at again either.
      const isAll = page.total <= page.rows.length;
      known.current = { key, rows: [...kept, ...page.rows], upTo: Math.max(upTo, isAll ? page.seen : last) };
      const { rows: _, total: __, ...rest } = page;
      setState({ key, value: { ...rest, rows: known.current.rows, loading: !isAll, failed: null } });
      if (!isAll) await ask();
    };
    const later = (): void => {
      ask().catch((error: unknown) => {
        if (!current) return;
        const failed = error instanceof Error ? error.message : String(error);
        setState({ key, value: { ...NONE, loading: false, failed } });
      });
    };
    if (known.current.upTo === 0) later();
    else timer = setTimeout(later, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [id, key, version]);
  return state.key === key ? state.value : NONE;
}

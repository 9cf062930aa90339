/** The stored response an exchange looked at, as it is now; null when it is gone, or nothing rests on it. */
import type { EntryDetail } from '../../../proxy-core/contract/entry.ts';
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import { storedEntryOf, type Evidence } from '../../../proxy-core/contract/explain/evidence/locate.ts';
import { call } from '../../connection/core.ts';
import { useStats } from '../../state/stats.ts';
import { useAnswer } from '../../ui/hooks.ts';

export function useStored(detail: ExchangeDetail, all: readonly (readonly Evidence[])[]): EntryDetail | null {
  const id = all.some((list) => list.some(({ place, stored }) => place === undefined && stored !== undefined))
    ? storedEntryOf(detail)
    : undefined;
  const version = useStats((state) => state.latest?.cache.version ?? 0);
  const key = id === undefined ? null : `evidence-${id}`;
  return useAnswer(key, version, () => (id === undefined ? Promise.reject(new Error()) : call('entry.get', { id })))
    .value;
}

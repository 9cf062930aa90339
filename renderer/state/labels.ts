/** Notes and colours of exchanges: the core keeps them with the exchange, so that every window and what is exported has them. */
import { create } from 'zustand';
import type { LabelChange } from '../../proxy-core/contract/labels.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { showProblem, showToast } from './toasts.ts';
import { ofShown, ring, rowOf } from './traffic.ts';

/** So many at once, as the command takes them. */
const AT_ONCE = 5000;

/** The rows a note is being written to; null when none is. */
export const useNoting = create<{ keys: readonly number[] | null }>()(() => ({ keys: null }));

export function writeNote(keys: readonly number[] | null): void {
  useNoting.setState({ keys });
}

/** Writes to all these rows. Those of an earlier run of the core are nobody's any more, which is said when there is no other. */
export async function labelRows(keys: readonly number[], change: LabelChange): Promise<void> {
  if (ofShown().session !== undefined) return void showToast({ tone: 'info', text: texts().traffic.sessionReadOnly });
  const ids = keys.filter((key) => ring.isLive(key)).flatMap((key) => rowOf(key)?.id ?? []);
  if (ids.length === 0) return void showToast({ tone: 'info', text: texts().traffic.earlierSession });
  try {
    for (let at = 0; at < ids.length; at += AT_ONCE)
      await call('exchange.label', { ids: ids.slice(at, at + AT_ONCE), ...change });
  } catch (thrown) {
    showProblem(thrown);
  }
}

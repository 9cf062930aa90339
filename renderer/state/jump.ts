/** The way from an explanation to the field it rests on, and back to the same place. */
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { Place } from '../../proxy-core/contract/explain/evidence/locate.ts';
import type { FieldRef } from '../../proxy-core/contract/explain/evidence/refs.ts';
import { create } from 'zustand';
import { setPrefs } from './prefs.ts';
import { showEntry, useCacheUi } from './selection.ts';

/** The tab an explanation stands in. */
export type ExplainingTab = 'why' | 'chain';

/** The explanation a person came from: the exchange, the tab, the quoted field in it, how far the tab was scrolled. */
export interface Origin {
  key: number;
  tab: ExplainingTab;
  quote: string;
  scrollTop: number;
}

/** Where it leads: to a line of a recorded head, or to a field of a stored response. */
export type Destination = { kind: 'line'; place: Place } | { kind: 'stored'; entryId: EntryId; ref: FieldRef };

interface JumpState {
  /** The jump that was made; null when there is none to come back from. */
  jump: { from: Origin; to: Destination } | null;
  /** Where to be again, as soon as that is drawn. */
  returning: Origin | null;
}

export const useJump = create<JumpState>()(() => ({ jump: null, returning: null }));

export function jumpTo(from: Origin, to: Destination): void {
  useJump.setState({ jump: { from, to }, returning: null });
  if (to.kind === 'stored') showEntry(to.entryId);
}

/** Back to the explanation. */
export function jumpBack(): void {
  const { jump } = useJump.getState();
  if (jump === null) return;
  useJump.setState({ jump: null, returning: jump.from });
  if (jump.to.kind === 'stored') {
    useCacheUi.setState({ entryId: null });
    setPrefs({ view: 'traffic' });
  }
}

/** The person went on elsewhere: there is no way back any more. */
export function forgetJump(): void {
  const { jump, returning } = useJump.getState();
  if (jump !== null || returning !== null) useJump.setState({ jump: null, returning: null });
}

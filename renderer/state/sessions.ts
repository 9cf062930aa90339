/** Sessions out of files: what the core has open, and which of them is shown in the place of the live capture. */
import { create } from 'zustand';
import type { OpenedSession } from '../../proxy-core/contract/sessions.ts';
import { subscribeTo } from '../connection/core.ts';
import type { Subscription } from '../connection/session.ts';
import { closeDetails, selectOnly, setFilterText, useTrafficUi } from './selection.ts';
import { applySessionBatch, ring, showSource } from './traffic.ts';

interface SessionsUi {
  opened: readonly OpenedSession[];
  /** Id of the one that is shown; null for the live capture. */
  shown: string | null;
  /** The dialog that saves is open. */
  saving: boolean;
}

export const useSessions = create<SessionsUi>()(() => ({ opened: [], shown: null, saving: false }));

/** What was typed over each list; the live one under null. */
const filters = new Map<string | null, string>();
let feed: Subscription | null = null;

export function openSaving(saving: boolean): void {
  useSessions.setState({ saving });
}

/** Shows a session, or the live capture again. */
export function showSession(id: string | null): void {
  const { shown } = useSessions.getState();
  if (id === shown) return;
  filters.set(shown, useTrafficUi.getState().filterText);
  closeDetails();
  selectOnly(null);
  showSource(id);
  useSessions.setState({ shown: id });
  setFilterText(filters.get(id) ?? '');
  showAgain();
}

/** Asks for the rows of the session that is shown, from where they ended. */
export function showAgain(): void {
  const { shown } = useSessions.getState();
  feed?.stop();
  feed = null;
  if (shown === null) return;
  const now = subscribeTo('traffic', { since: ring.lastSeq, session: shown }, (batch) => {
    if (useSessions.getState().shown !== shown) return;
    applySessionBatch(batch);
    now?.acknowledge(batch.lastSeq);
  });
  feed = now;
}

/** What the core has open now. One that is gone is not shown any longer. */
export function takeSessions({ sessions }: { sessions: readonly OpenedSession[] }): void {
  const { shown } = useSessions.getState();
  useSessions.setState({ opened: sessions });
  if (shown !== null && !sessions.some(({ id }) => id === shown)) showSession(null);
}

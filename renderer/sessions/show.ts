/** Which session is shown in the place of the live capture; its rows are asked for here. */
import { subscribeTo } from '../connection/core.ts';
import type { Subscription } from '../connection/session.ts';
import { useConnection } from '../state/connection.ts';
import { closeDetails, selectOnly, setFilterText, useTrafficUi } from '../state/selection.ts';
import { useSessions } from '../state/sessions.ts';
import { applySessionBatch, ring, showSource } from '../state/traffic.ts';

/** What was typed over each list; the live one under null. */
const filters = new Map<string | null, string>();
let feed: Subscription | null = null;
/** What the core said of itself when the rows were asked for: a new connection says it anew. */
let askedOf: unknown = null;

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
  askForRows();
}

/** Asks for the rows of the session that is shown, from where they ended. */
function askForRows(): void {
  const { shown } = useSessions.getState();
  feed?.stop();
  feed = null;
  askedOf = useConnection.getState().info;
  if (shown === null) return;
  const now = subscribeTo('traffic', { since: ring.lastSeq, session: shown }, (batch) => {
    if (useSessions.getState().shown !== shown) return;
    applySessionBatch(batch);
    now?.acknowledge(batch.lastSeq);
  });
  feed = now;
}

// One that is gone is not shown any longer; over a new connection its rows are asked for again.
useSessions.subscribe(({ opened, shown }, before) => {
  if (shown === null || opened === before.opened) return;
  if (!opened.some(({ id }) => id === shown)) showSession(null);
  else if (useConnection.getState().info !== askedOf) askForRows();
});

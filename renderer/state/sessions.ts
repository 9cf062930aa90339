/** Sessions out of files: what the core has open, and which of them is shown in the place of the live capture (sessions/show.ts). */
import { create } from 'zustand';
import type { OpenedSession } from '../../proxy-core/contract/sessions.ts';

interface SessionsUi {
  opened: readonly OpenedSession[];
  /** Id of the one that is shown; null for the live capture. */
  shown: string | null;
  /** The dialog that saves is open. */
  saving: boolean;
}

export const useSessions = create<SessionsUi>()(() => ({ opened: [], shown: null, saving: false }));

export const openSaving = (saving: boolean): void => useSessions.setState({ saving });
export const takeSessions = ({ sessions: opened }: { sessions: OpenedSession[] }): void =>
  useSessions.setState({ opened });

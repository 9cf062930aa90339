/** Which tab of a pane was chosen last: it is shown again with another exchange or entry, and after another view. */
import { create } from 'zustand';

export type ExchangeTab = 'why' | 'chain' | 'request' | 'response' | 'messages' | 'timing' | 'connection';
export const ENTRY_TABS = ['overview', 'fields', 'body', 'history'] as const;
export type EntryTab = (typeof ENTRY_TABS)[number];

interface Panes {
  exchange: ExchangeTab;
  entry: EntryTab;
}

export const usePanes = create<Panes>()(() => ({ exchange: 'why', entry: 'overview' }));

export const chooseExchangeTab = (exchange: ExchangeTab): void => usePanes.setState({ exchange });
export const chooseEntryTab = (entry: EntryTab): void => usePanes.setState({ entry });

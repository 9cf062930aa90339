/** The entry window as a hook: asks when connected, again when the cache's version rises. */
import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { EntryQuery } from '../../proxy-core/contract/commands.ts';
import { call } from '../connection/core.ts';
import { useConnection } from '../state/connection.ts';
import { perFrame } from '../state/per-frame.ts';
import { useStats } from '../state/stats.ts';
import { EntryWindow } from './entry-window.ts';

/** Rises whenever the window's content changed. */
const useVersion = create<{ version: number }>()(() => ({ version: 0 }));
const bump = perFrame(() => useVersion.setState(({ version }) => ({ version: version + 1 })));

/** One window for the page: going to another view and back keeps what was fetched. */
export const entryWindow = new EntryWindow((query) => call('entry.list', query), bump);

/** Subscribes the component to the window and keeps it asking `query`. Answers the content's version. */
export function useEntryWindow(query: EntryQuery): number {
  const connected = useConnection((state) => state.phase === 'connected');
  const cacheVersion = useStats((state) => state.latest?.cache.version ?? 0);
  const version = useVersion((state) => state.version);
  const key = JSON.stringify(query);
  const latest = useRef(query);
  useEffect(() => {
    latest.current = query;
  });
  useEffect(() => {
    if (connected) entryWindow.setQuery(latest.current);
  }, [key, connected]);
  useEffect(() => {
    if (cacheVersion > 0) void entryWindow.refresh();
  }, [cacheVersion]);
  return version;
}

/** What a fresh session with the core is used for: the feeds, and where their items go. */
import type { CoreInfo } from '../../proxy-core/contract/commands.ts';
import { entryWindow } from '../cache/use-entry-window.ts';
import type { Session, Subscription } from '../connection/session.ts';
import { texts } from '../i18n/index.ts';
import { takeRules } from '../rules/state.ts';
import { forgetHeld, takeHeld } from '../state/held.ts';
import { useConnection } from '../state/connection.ts';
import { forgetEntries } from '../state/selection.ts';
import { takeSessions } from '../state/sessions.ts';
import { addHistory, addSample } from '../state/stats.ts';
import { showToast } from '../state/toasts.ts';
import { applyBatch, beginSession, lastSeq, setMaxRows } from '../state/traffic.ts';
import { takeSystemProxy } from './system-proxy.ts';

let coreSession: string | null = null;

/** Starts every feed; goes on where it stopped when the core is the same as before. */
export function startFeeds(session: Session, info: CoreInfo): void {
  const { setState: set } = useConnection;
  const same = coreSession === info.sessionId;
  forgetHeld();
  if (coreSession !== null && !same) {
    beginSession();
    entryWindow.forget();
    if (forgetEntries()) showToast({ tone: 'info', text: texts().cache.earlierSession });
  }
  coreSession = info.sessionId;

  const traffic: Subscription = session.subscribe('traffic', { since: same ? lastSeq() : 0 }, (batch) => {
    applyBatch(batch);
    traffic.acknowledge(batch.lastSeq);
  });
  session.subscribe('stats', {}, (sample) => {
    addSample(sample);
    setMaxRows(sample.capture.maxRows);
  });
  session.subscribe('settings', {}, (settings) => set({ settings }));
  tellNotices(info);
  session.subscribe('core', {}, (next) => {
    set({ info: next });
    tellNotices(next);
  });
  session.subscribe(
    'kafka',
    {},
    (kafka) => set({ kafka }),
    () => set({ kafka: null }),
  );

  session.subscribe('rules', {}, takeRules);
  session.subscribe('sessions', {}, takeSessions);
  session.subscribe('held', {}, takeHeld, forgetHeld);
  session.subscribe('clients', {}, (clients) => set({ clients }));
  session.subscribe('systemProxy', {}, takeSystemProxy, () => takeSystemProxy(null));

  // Asked for besides the streams: they may bring their first item late.
  session.call('stats.history', {}).then(addHistory, ignoreMissing);
  session.call('settings.get', {}).then((settings) => set({ settings }), ignoreMissing);
  session.call('kafka.status', {}).then(
    (kafka) => set({ kafka }),
    () => set({ kafka: null }),
  );
}

const NOTICE_MS = 60 * 60 * 1000;
/** Notices that were told, of this core's run. */
let toldNotices = { of: '', texts: new Set<string>() };

/** Each once; they stay until somebody has read them. */
function tellNotices({ sessionId, notices = [] }: CoreInfo): void {
  if (toldNotices.of !== sessionId) toldNotices = { of: sessionId, texts: new Set() };
  for (const text of notices) {
    if (toldNotices.texts.has(text)) continue;
    toldNotices.texts.add(text);
    showToast({ tone: 'bad', text, untilMs: Date.now() + NOTICE_MS });
  }
}

/** A core without this part says so; the view that needs it shows nothing then. */
function ignoreMissing(): void {}

/** Says in words when the core cannot be reached, and what to do. */
import type { JSX } from 'react';
import { CONTRACT_VERSION } from '../../proxy-core/contract/frames.ts';
import { retryNow } from '../connection/core.ts';
import { isDemoFromHere, showDemo } from '../connect/actions.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { useConnection, type ConnectionState } from '../state/connection.ts';
import { formatDuration } from '../ui/format.ts';
import { useNow } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { takePort } from './actions.ts';

function troubleOf(
  state: ConnectionState,
  now: number,
  t: Catalogue,
): { text: string; hint?: string; retry?: true; freePort?: number; demo?: true; tone: 'bad' | 'wait' | 'info' } | null {
  const core = state.coreProcess;
  if (core !== null && core.state === 'crashed') return { text: t.banner.crashed(core.detail ?? ''), tone: 'bad' };
  if (core !== null && core.state === 'restarting')
    return {
      text: t.banner.restarting(String(core.attempt ?? 1)),
      tone: 'wait',
      ...(core.detail === undefined ? {} : { hint: core.detail }),
    };
  if (core !== null && core.state === 'stopped') return { text: t.banner.stopped(core.detail ?? ''), tone: 'bad' };
  switch (state.phase) {
    case 'refused':
      return null; // the form for a token says it
    case 'wrong-version':
      return { text: t.banner.wrongVersion(String(state.theirVersion), String(CONTRACT_VERSION)), tone: 'bad' };
    case 'lost': {
      if (state.problem !== null && state.attempt === 0) return { text: state.problem, tone: 'bad' };
      const wait = formatDuration(1000 * Math.max(0, Math.ceil((state.retryAtMs - now) / 1000)));
      return state.attempt === 0
        ? { text: t.banner.lost, tone: 'bad' }
        : {
            text: t.banner.lostRetry(wait, String(state.attempt)),
            hint: state.attempt > 2 ? t.banner.lostHint : '',
            retry: true,
            tone: 'bad',
          };
    }
    case 'connecting':
      return { text: t.banner.connecting, tone: 'wait' };
    case 'connected':
      if (state.info?.listening === null && state.info.listenProblem !== undefined)
        return {
          text: t.banner.listenProblem(state.info.listenProblem),
          tone: 'bad',
          ...(state.info.freePort !== undefined && { freePort: state.info.freePort }),
        };
      return state.kind === 'demo'
        ? { text: t.banner.demo, tone: 'info', ...(isDemoFromHere() && { demo: true }) }
        : null;
  }
}

export function ConnectionBanner(): JSX.Element | null {
  const t = useTexts();
  const state = useConnection();
  const now = useNow(1000);
  const trouble = troubleOf(state, now, t);
  if (trouble === null) return null;
  const { freePort } = trouble;
  return (
    <div className={`banner ${trouble.tone}`} role={trouble.tone === 'bad' ? 'alert' : 'status'}>
      {trouble.tone === 'bad' && <Icon name="warning" size={14} />}
      <span>
        {trouble.text} {trouble.hint}
      </span>
      {trouble.retry === true && (
        <button type="button" className="button" onClick={retryNow}>
          {t.app.retry}
        </button>
      )}
      {trouble.demo === true && (
        <button type="button" className="button" onClick={() => showDemo(false)}>
          {t.connect.demoEnd}
        </button>
      )}
      {freePort !== undefined && (
        <button type="button" className="button" onClick={() => takePort(freePort)}>
          {t.banner.takePort(String(freePort))}
        </button>
      )}
    </div>
  );
}

/** Whether HTTPS is read: the switch, what it does now, and what it means. */
import { useEffect, useState, type JSX } from 'react';
import { INTERCEPT_MODES } from '../../proxy-core/contract/settings.ts';
import type { InterceptionStatus } from '../../proxy-core/contract/interception.ts';
import { showSettings } from '../app/actions.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { formatCount } from '../ui/format.ts';
import { modeOf, setIntercept } from './actions.ts';
import { ExplainPoints } from './ExplainDialog.tsx';

export function Interception(): JSX.Element | null {
  const t = useTexts();
  const i = t.clients.intercept;
  const settings = useConnection((state) => state.settings);
  const [status, setStatus] = useState<InterceptionStatus | null>(null);
  useEffect(() => {
    let gone = false;
    const ask = (): void =>
      void call('interception.status', {}).then(
        (next) => {
          if (!gone) setStatus(next);
        },
        () => undefined,
      );
    ask();
    const timer = setInterval(ask, 2000);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  if (settings === null) return null;
  const mode = modeOf(settings.intercept);
  const hosts = String(settings.interceptHosts.value);
  const text = {
    off: i.stateOff,
    all: i.stateAll,
    listed: hosts === '' ? i.stateListedNone : i.stateListed(hosts),
  }[mode];
  return (
    <section className="set-group" aria-labelledby="connect-https">
      <h2 id="connect-https">{i.title}</h2>
      <div className="set-card connect-card">
        <div className="connect-line">
          <div className="segmented" role="group" aria-label={i.title}>
            {INTERCEPT_MODES.map((item) => (
              <button
                key={item}
                type="button"
                aria-pressed={item === mode}
                disabled={settings.intercept.locked}
                title={i.notes[item]}
                onClick={() => setIntercept(item)}
              >
                {i.menu[item]}
              </button>
            ))}
          </div>
          <button type="button" className="button quiet" onClick={() => showSettings('https')}>
            {i.settings}
          </button>
        </div>
        <p className="soft" data-testid="interception-state">
          {text}
          {status !== null && mode !== 'off' && (
            <span className="faint">
              {' '}
              {i.handshakes(status.handshakes, status.failed === 0 ? '' : formatCount(status.failed))}
            </span>
          )}
        </p>
        {settings.intercept.locked && (
          <p className="faint">{i.locked(t.settings.sources[settings.intercept.source])}</p>
        )}
        <details>
          <summary>{t.clients.explain.more}</summary>
          <ExplainPoints />
        </details>
      </div>
    </section>
  );
}

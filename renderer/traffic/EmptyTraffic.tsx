/** Shown while no exchange was recorded: how to connect, with the real address in lines to copy. */
import { useMemo, type JSX } from 'react';
import { BrowserButtons } from '../connect/BrowserButtons.tsx';
import { useTexts } from '../i18n/index.ts';
import { listeningAddress, useConnection } from '../state/connection.ts';
import { setPrefs } from '../state/prefs.ts';
import { copyText } from '../ui/copy.ts';
import { Icon } from '../ui/icons.tsx';
import { connectLines } from './connect-lines.ts';

export function EmptyTraffic(): JSX.Element {
  const t = useTexts();
  const info = useConnection((state) => state.info);
  const address = listeningAddress(info);
  const intercept = useConnection((state) => state.settings?.intercept ?? null);
  const hasBrowsers = useConnection((state) => (state.clients?.found.length ?? 0) > 0);
  const reads = intercept !== null && intercept.value !== 'off';
  const lines = useMemo(() => (address === null ? [] : connectLines(address)), [address]);
  return (
    <div className="connect">
      <div className="connect-box">
        <h2>{t.connect.title}</h2>
        <p className="soft">{address === null ? t.connect.leadClosed : t.connect.lead(address)}</p>
        {address !== null && hasBrowsers && (
          <>
            <BrowserButtons most={3} />
            {!reads && intercept?.locked === false && <p className="faint">{t.clients.explain.short}</p>}
          </>
        )}
        <dl className="connect-lines">
          {lines.map(({ id, line }) => (
            <div key={id}>
              <dt>{t.connect[id]}</dt>
              <dd>
                <code tabIndex={0}>{line}</code>
                <button
                  type="button"
                  className="button quiet icon-only"
                  aria-label={t.connect.copyLine(t.connect[id])}
                  title={t.app.copy}
                  onClick={() => copyText(line)}
                >
                  <Icon name="copy" size={14} />
                </button>
              </dd>
            </div>
          ))}
        </dl>
        <p className="faint">
          {reads ? t.connect.noteRead : t.connect.note}{' '}
          <button type="button" className="button quiet" onClick={() => setPrefs({ view: 'connect' })}>
            {t.connect.more}
          </button>
        </p>
      </div>
    </div>
  );
}

/** Browsers that can be opened, and those that are. */
import { useState, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { formatClock } from '../ui/format.ts';
import { closeBrowser } from './actions.ts';
import { BrowserButtons } from './BrowserButtons.tsx';

/** An address as it is typed: without a scheme it is meant as https. Undefined for none. */
function urlOf(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  return /^https?:\/\//i.test(text) ? text : `https://${text}`;
}

export function Browsers(): JSX.Element {
  const t = useTexts();
  const b = t.clients.browsers;
  const clients = useConnection((state) => state.clients);
  const intercept = useConnection((state) => state.settings?.intercept ?? null);
  const [url, setUrl] = useState('');
  return (
    <section className="set-group" aria-labelledby="connect-browsers">
      <h2 id="connect-browsers">{b.title}</h2>
      <div className="set-card connect-card">
        <p className="soft">{b.lead}</p>
        {clients !== null && clients.found.length === 0 ? (
          <p className="faint">{b.none}</p>
        ) : (
          <>
            <label className="connect-url">
              <span>{b.url}</span>
              <input
                className="input"
                type="text"
                inputMode="url"
                autoComplete="off"
                spellCheck={false}
                placeholder="http://bsdm.proxy/"
                value={url}
                onChange={(event) => setUrl(event.target.value)}
              />
            </label>
            <BrowserButtons url={urlOf(url)} />
            {intercept?.value === 'off' && !intercept.locked && <p className="faint">{t.clients.explain.short}</p>}
          </>
        )}
        {clients?.problem !== undefined && clients.found.length > 0 && <p className="warn-text">{clients.problem}</p>}
        {clients !== null && clients.running.length > 0 && (
          <>
            <h3>{b.running}</h3>
            <ul className="connect-list" data-testid="running-browsers">
              {clients.running.map((browser) => (
                <li key={browser.id}>
                  <strong>{browser.name}</strong>
                  <span className="faint grow">
                    {b.process(String(browser.pid))}, {b.since(formatClock(browser.startedAtMs, false))}
                    {browser.warning !== undefined && <span className="warn-text"> {browser.warning}</span>}
                  </span>
                  <button
                    type="button"
                    className="button"
                    aria-label={b.closeOne(browser.name)}
                    onClick={() => void closeBrowser(browser.id)}
                  >
                    {b.close}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}

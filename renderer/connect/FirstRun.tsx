/** Shown while no exchange was recorded: what one can do to see the first, and lines that point a client at the proxy. */
import { useState, type JSX } from 'react';
import { splitHostPort } from '../../proxy-core/contract/address.ts';
import { useTexts } from '../i18n/index.ts';
import { Choice } from '../kit/Choice.tsx';
import { listeningAddress, useConnection } from '../state/connection.ts';
import { setPrefs } from '../state/prefs.ts';
import { showProblem } from '../state/toasts.ts';
import { copyText } from '../ui/copy.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { openTerminal, showDemo, testProxy } from './actions.ts';
import { BrowserButtons } from './BrowserButtons.tsx';
import { connectLines, platformOf, PLATFORMS, reachable } from './connect-lines.ts';
import './first-run.css';

/** One thing to do, and what comes of it. */
function Verb({
  icon,
  title,
  note,
  main = false,
  disabled = false,
  onClick,
}: {
  icon: IconName;
  title: string;
  note: string;
  /** What most people do first here. */
  main?: boolean;
  disabled?: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <li className="first-verb">
      <button type="button" className={`button ${main ? 'primary' : ''}`} disabled={disabled} onClick={onClick}>
        <Icon name={icon} size={14} />
        {title}
      </button>
      <p className="faint">{note}</p>
    </li>
  );
}

function Verbs(): JSX.Element {
  const t = useTexts();
  const c = t.connect;
  const clients = useConnection((state) => state.clients);
  const kind = useConnection((state) => state.kind);
  const offersRead = useConnection(({ settings }) => settings?.intercept.value === 'off' && !settings.intercept.locked);
  const [testing, setTesting] = useState(false);
  const hasBrowsers = clients !== null && clients.found.length > 0;

  function test(): void {
    setTesting(true);
    testProxy()
      .catch(showProblem)
      .finally(() => setTesting(false));
  }
  return (
    <>
      {hasBrowsers && (
        <div className="first-browsers">
          <h3>
            <Icon name="browser" size={16} /> {c.browser}
          </h3>
          <BrowserButtons most={3} />
          <p className="faint">{clients.problem === undefined ? c.browserNote : c.browserProblem(clients.problem)}</p>
          {offersRead && <p className="faint">{t.clients.explain.short}</p>}
        </div>
      )}
      <ul className="first-verbs">
        {clients?.terminal !== undefined && (
          <Verb
            icon="code"
            title={c.terminal}
            note={clients.problem === undefined ? c.terminalNote : c.terminalProblem(clients.problem)}
            disabled={clients.problem !== undefined}
            onClick={openTerminal}
          />
        )}
        <Verb
          icon="check"
          title={testing ? c.testing : c.test}
          note={c.testNote}
          main={!hasBrowsers || clients.problem !== undefined}
          disabled={testing}
          onClick={test}
        />
        {kind !== 'demo' && <Verb icon="play" title={c.demo} note={c.demoNote} onClick={() => showDemo(true)} />}
      </ul>
    </>
  );
}

function ByHand({ address }: { address: string }): JSX.Element {
  const t = useTexts();
  const c = t.connect;
  const [platform, setPlatform] = useState(() => platformOf(navigator.platform));
  const here = reachable(address);
  const { host, port = '' } = splitHostPort(here);
  return (
    <section className="first-lines" aria-labelledby="first-by-hand">
      <div className="first-head">
        <h3 id="first-by-hand">{c.byHand}</h3>
        <Choice
          label={c.platform}
          options={PLATFORMS.map((value) => ({ value, label: c.platforms[value] }))}
          value={platform}
          onChange={setPlatform}
        />
      </div>
      <dl>
        {connectLines(address, platform).map(({ id, line }) => {
          const name = id === 'browser' ? c.browsers[platform] : c[id];
          return (
            <div key={id}>
              <dt>{name}</dt>
              <dd>
                <div>
                  <code>{line}</code>
                  {id === 'node' && <p className="faint">{c.nodeNote(`http://${here}`)}</p>}
                </div>
                <button
                  type="button"
                  className="button quiet icon-only"
                  aria-label={c.copyLine(name)}
                  title={t.app.copy}
                  onClick={() => copyText(line)}
                >
                  <Icon name="copy" size={14} />
                </button>
              </dd>
            </div>
          );
        })}
        <div>
          <dt>{c.firefox}</dt>
          <dd>
            <p>{c.firefoxSteps(host, port)}</p>
          </dd>
        </div>
      </dl>
    </section>
  );
}

export function FirstRun(): JSX.Element {
  const t = useTexts();
  const info = useConnection((state) => state.info);
  const reads = useConnection((state) => state.settings !== null && state.settings.intercept.value !== 'off');
  const address = listeningAddress(info);
  return (
    <div className="first-run" tabIndex={0} role="region" aria-label={t.connect.title}>
      <div className="first-box">
        <h2>{t.connect.title}</h2>
        <p className="soft">
          {address !== null ? t.connect.lead(address) : info === null ? t.connect.leadAway : t.connect.leadClosed}
        </p>
        {address !== null && (
          <>
            <Verbs />
            <ByHand address={address} />
            <p className="faint first-note">
              {reads ? t.connect.noteRead : t.connect.note}{' '}
              <button type="button" className="button quiet" onClick={() => setPrefs({ view: 'connect' })}>
                {t.connect.more}
              </button>
            </p>
          </>
        )}
      </div>
    </div>
  );
}

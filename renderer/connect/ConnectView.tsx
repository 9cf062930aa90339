/** How programs get to this proxy, and how they come to trust its CA. */
import { useCallback, useEffect, useState, type JSX } from 'react';
import type { TrustReport } from '../../proxy-core/contract/clients.ts';
import type { CaState } from '../../proxy-core/contract/interception.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { showProblem } from '../state/toasts.ts';
import { Browsers } from './Browsers.tsx';
import { Ca } from './Ca.tsx';
import { Interception } from './Interception.tsx';
import { Lines } from './Lines.tsx';
import { Terminal } from './Terminal.tsx';
import { Trust } from './Trust.tsx';
import './connect.css';

function Devices(): JSX.Element {
  const t = useTexts();
  const d = t.clients.devices;
  return (
    <section className="set-group" aria-labelledby="connect-devices">
      <h2 id="connect-devices">{d.title}</h2>
      <div className="set-card connect-card">
        <ol className="explain-points">
          {d.steps.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ol>
        <p className="faint">{d.here}</p>
        <Lines lines={['http://bsdm.proxy/']} label={d.here} />
      </div>
    </section>
  );
}

export function ConnectView(): JSX.Element {
  const t = useTexts();
  const connected = useConnection((state) => state.phase === 'connected');
  const intercept = useConnection((state) => state.settings?.intercept.value);
  const [ca, setCa] = useState<CaState | null>(null);
  const [trust, setTrust] = useState<TrustReport | null>(null);
  const ask = useCallback(() => {
    // Asking stores takes a moment; the CA is shown before.
    call('ca.info', {}).then(setCa, showProblem);
    call('trust.list', {}).then(setTrust, showProblem);
  }, []);
  useEffect(() => {
    if (connected) ask();
  }, [connected, intercept, ask]);
  return (
    <main className="view connect-view" aria-label={t.app.views.connect}>
      <div className="settings-scroll" tabIndex={0} role="region" aria-label={t.app.views.connect}>
        <p className="soft connect-lead">{t.clients.lead}</p>
        <Browsers />
        <Interception />
        <Terminal caFingerprint={ca?.ca?.fingerprint256} />
        {trust !== null && trust.stores.length > 0 && <Trust report={trust} onReport={setTrust} onRefresh={ask} />}
        {ca !== null && <Ca state={ca} trust={trust} onChange={ask} />}
        <Devices />
      </div>
    </main>
  );
}

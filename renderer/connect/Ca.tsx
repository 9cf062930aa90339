/** The CA: its facts, its files, a new one, none. */
import { useState, type JSX } from 'react';
import type { TrustReport } from '../../proxy-core/contract/clients.ts';
import { CA_FORMATS, type CaFormat, type CaState } from '../../proxy-core/contract/interception.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { saveFile } from '../ui/copy.ts';
import { Dialog } from '../kit/Dialog.tsx';

const FORMATS: Record<CaFormat, { name: string; file: string; type: string }> = {
  pem: { name: 'PEM', file: 'bsdm-proxy-ca.pem', type: 'application/x-pem-file' },
  der: { name: 'DER', file: 'bsdm-proxy-ca.cer', type: 'application/x-x509-ca-cert' },
  pkcs12: { name: 'PKCS #12', file: 'bsdm-proxy-ca.p12', type: 'application/x-pkcs12' },
};

function save(format: CaFormat): void {
  const { file, type } = FORMATS[format];
  call('ca.export', { format }).then(({ bytes }) => saveFile(file, type, [new Uint8Array(bytes)]), showProblem);
}

export function Ca({
  state,
  trust,
  onChange,
}: {
  state: CaState;
  trust: TrustReport | null;
  /** Asked for again when it was made, renewed or removed. */
  onChange: () => void;
}): JSX.Element {
  const t = useTexts();
  const c = t.clients.ca;
  const [asked, setAsked] = useState<'renew' | 'remove' | null>(null);
  const { ca } = state;
  const still = (trust?.stores ?? []).filter((store) => store.state === 'trusted' || store.state === 'other');

  function change(): void {
    const done = asked === 'renew' ? call('ca.renew', {}) : call('ca.remove', {});
    const text = asked === 'renew' ? c.renewed : c.removed;
    done.then(() => showToast({ tone: 'good', text }), showProblem).finally(onChange);
    setAsked(null);
  }
  return (
    <section className="set-group" aria-labelledby="connect-ca">
      <h2 id="connect-ca">{c.title}</h2>
      <div className="set-card connect-card">
        {state.problem !== undefined && (
          <p className="wrong-text">
            {c.problem}: {state.problem}
          </p>
        )}
        {state.notices.map((notice) => (
          <p key={notice} className="warn-text">
            {notice}
          </p>
        ))}
        {ca === undefined ? (
          <div className="connect-line">
            <p className="soft grow">{t.clients.trust.noCa}</p>
            <button
              type="button"
              className="button"
              onClick={() => void call('ca.make', {}).catch(showProblem).finally(onChange)}
            >
              {t.clients.trust.make}
            </button>
          </div>
        ) : (
          <>
            <dl className="connect-facts">
              <dt>{c.subject}</dt>
              <dd>{ca.subject}</dd>
              <dt>{c.fingerprint}</dt>
              <dd>
                <code>{ca.fingerprint256}</code>
              </dd>
              <dt>{c.until}</dt>
              <dd>{new Date(ca.notAfterMs).toISOString().slice(0, 10)}</dd>
              <dt>{c.file}</dt>
              <dd>
                <code>{ca.file}</code>
                {ca.own && <span className="faint"> {c.own}</span>}
              </dd>
            </dl>
            <div className="connect-line">
              {CA_FORMATS.map((format) => (
                <button key={format} type="button" className="button" onClick={() => save(format)}>
                  {c.save(FORMATS[format].name)}
                </button>
              ))}
              <span className="grow" />
              {!ca.own && (
                <>
                  <button type="button" className="button" onClick={() => setAsked('renew')}>
                    {c.renew}
                  </button>
                  <button type="button" className="button" onClick={() => setAsked('remove')}>
                    {c.remove}
                  </button>
                </>
              )}
            </div>
          </>
        )}
      </div>
      {asked !== null && (
        <Dialog
          title={`${c.title}: ${asked === 'renew' ? c.renew : c.remove}`}
          onClose={() => setAsked(null)}
          foot={
            <>
              <button type="button" className="button" onClick={() => setAsked(null)}>
                {t.app.cancel}
              </button>
              <button type="button" className="button danger" onClick={change}>
                {(asked === 'renew' ? c.renew : c.remove).replace('…', '')}
              </button>
            </>
          }
        >
          <p>{asked === 'renew' ? c.renewText : c.removeText}</p>
          {still.length > 0 && (
            <p className="warn-text">
              {c.removeTrusted(still.map(({ kind }) => t.clients.trust.kinds[kind]).join(', '))}
            </p>
          )}
        </Dialog>
      )}
    </section>
  );
}

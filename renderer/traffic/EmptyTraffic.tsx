/** Shown while no exchange was recorded: how to connect, with the real address in lines to copy. */
import { useMemo, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { listeningAddress, useConnection } from '../state/connection.ts';
import { copyText } from '../ui/copy.ts';
import { Icon } from '../ui/icons.tsx';
import { connectLines } from './connect-lines.ts';

export function EmptyTraffic(): JSX.Element {
  const t = useTexts();
  const info = useConnection((state) => state.info);
  const address = listeningAddress(info);
  const lines = useMemo(() => (address === null ? [] : connectLines(address)), [address]);
  return (
    <div className="connect">
      <div className="connect-box">
        <h2>{t.connect.title}</h2>
        <p className="soft">{address === null ? t.connect.leadClosed : t.connect.lead(address)}</p>
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
        <p className="faint">{t.connect.note}</p>
      </div>
    </div>
  );
}

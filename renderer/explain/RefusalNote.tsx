/** A client that broke the handshake with the proxy off: leave the tunnels to this host alone from now on, and the way back. */
import type { JSX } from 'react';
import { splitHostPort, unbracketed } from '../../proxy-core/contract/address.ts';
import type { ExchangeDetail } from '../../proxy-core/contract/exchange.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { showProblem } from '../state/toasts.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';

const adopt = (settings: Awaited<ReturnType<typeof call<'settings.update'>>>): void =>
  useConnection.setState({ settings });

export function RefusalNote({ row, detail }: { row: TrafficRow; detail: ExchangeDetail | null }): JSX.Element | null {
  const t = useTexts();
  const setting = useConnection((state) => state.settings?.interceptExcept);
  if (setting === undefined || row.reason !== 'client-refused') return null;
  const c = t.detail.refusal;
  // Whom the client meant, which may be another than the address of its CONNECT.
  const host = String(detail?.facts['host'] ?? unbracketed(splitHostPort(row.host).host));
  const list = String(setting.value)
    .split(/[\s,;]/)
    .filter((item) => item !== '');
  const isListed = list.some((item) => item.toLowerCase() === host);
  const change = (): void => {
    const next = isListed
      ? call('settings.update', {
          patch: { interceptExcept: list.filter((item) => item.toLowerCase() !== host).join(', ') },
        })
      : call('interception.tunnelHost', { host });
    next.then(adopt, showProblem);
  };
  return (
    <p className="d-certificate">
      <span>{isListed ? c.left(host) : c.offer}</span>
      <button
        type="button"
        className="button"
        disabled={setting.locked}
        title={setting.locked ? c.locked : undefined}
        onClick={change}
      >
        {isListed ? c.stop : c.leave(host)}
      </button>
    </p>
  );
}

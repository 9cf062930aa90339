/** A certificate that did not pass: accept it for this host from now on; and while it is, say so and offer the way back. */
import type { JSX } from 'react';
import { splitHostPort } from '../../proxy-core/contract/address.ts';
import { listedItems } from '../../proxy-core/contract/host-patterns.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { showProblem } from '../state/toasts.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';

/** The host of a row as the setting names it: with its port, so that no other server of the host is meant. */
function acceptedName(host: string): string {
  const lower = host.toLowerCase();
  const { port } = splitHostPort(lower);
  return port === undefined ? `${lower}:443` : lower;
}

export function CertificateNote({ row }: { row: TrafficRow }): JSX.Element | null {
  const t = useTexts();
  const setting = useConnection((state) => state.settings?.upstreamAccept);
  const isRefused = row.error === 'tls_certificate_error' && row.kind !== 'tunnel';
  if (setting === undefined || (!isRefused && row.accepted === undefined)) return null;
  const c = t.detail.certificate;
  const name = acceptedName(row.host);
  const list = listedItems(String(setting.value));
  const isListed = list.some((item) => item.toLowerCase() === name);
  const save = (next: readonly string[]): void => {
    call('settings.update', { patch: { upstreamAccept: next.join(', ') } }).then(
      (settings) => useConnection.setState({ settings }),
      showProblem,
    );
  };
  return (
    <p className="d-certificate">
      <span>
        {row.accepted !== undefined ? c.wasAccepted(name, row.accepted) : isListed ? c.nowAccepted(name) : c.refused}
      </span>
      {(isListed || row.accepted === undefined) && (
        <button
          type="button"
          className="button"
          disabled={setting.locked}
          title={setting.locked ? c.locked : undefined}
          onClick={() => save(isListed ? list.filter((item) => item.toLowerCase() !== name) : [...list, name])}
        >
          {isListed ? c.stop : c.accept(name)}
        </button>
      )}
    </p>
  );
}

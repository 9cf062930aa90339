/** The TLS of one connection: what was agreed on, and the certificate that was shown. */
import type { JSX } from 'react';
import type { TlsFacts } from '../../proxy-core/contract/tls.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { Copyable, Facts, type Fact } from '../ui/Facts.tsx';

/** Names of a certificate that are written out. */
const SHOWN_NAMES = 12;

/** The day of a moment, in UTC as certificates have it. */
const day = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : '?');

function certificateFacts(certificate: NonNullable<TlsFacts['certificate']>, t: Catalogue): Fact[] {
  const c = t.detail.tls;
  const more = certificate.san.length - SHOWN_NAMES;
  const names = certificate.san.slice(0, SHOWN_NAMES).join(', ');
  return [
    [c.subject, certificate.subject],
    [c.issuer, certificate.issuer],
    [c.valid, c.fromTo(day(certificate.validFromMs), day(certificate.validToMs))],
    ...(names === '' ? [] : [[c.names, more > 0 ? `${names} ${c.more(more)}` : names] satisfies Fact]),
    [c.fingerprint, <Copyable key="fingerprint" text={certificate.fingerprint256} />],
  ];
}

export function TlsSection({ title, tls }: { title: string; tls: TlsFacts }): JSX.Element {
  const t = useTexts();
  const c = t.detail.tls;
  const facts: Fact[] = [
    [c.version, tls.version],
    [c.cipher, tls.cipher],
    [c.alpn, tls.alpn ?? c.none],
    [c.sni, tls.sni ?? c.none],
    [t.detail.connection.connection, tls.reused ? t.detail.connection.reused : t.detail.connection.opened],
    ...(tls.accepted === undefined
      ? []
      : [
          [
            c.check,
            <span key="accepted" className="warn-text">
              {c.accepted} <code>{tls.accepted}</code>
            </span>,
          ] satisfies Fact,
        ]),
    ...(tls.refused === undefined
      ? []
      : [
          [
            c.check,
            <span key="refused" className="d-error">
              {c.refused} <code>{tls.refused}</code>
            </span>,
          ] satisfies Fact,
        ]),
    ...(tls.ownCertificate === undefined ? [] : [[c.own, tls.ownCertificate] satisfies Fact]),
    ...(tls.certificate === undefined ? [] : certificateFacts(tls.certificate, t)),
  ];
  return (
    <section aria-label={title}>
      <h3 className="facts-title">{title}</h3>
      <Facts facts={facts} />
    </section>
  );
}

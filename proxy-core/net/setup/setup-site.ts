/**
 * `http://bsdm.proxy/`: what a client of the proxy needs to trust it, from the proxy itself. Phones get it without the
 * proxy set, too, by the proxy's own address. Pages without scripts; the certificate is public, its key is never here.
 */
import encodeQR from 'qr';
import type { CaInfo } from '../../contract/interception.ts';
import { getCombined, type FieldList } from '../../http/fields.ts';
import type { LocalReply } from '../exchange/local-pages.ts';
import { appleProfile } from './apple-profile.ts';
import { STEPS, type Steps } from './setup-steps.ts';

/** The name that is answered here, by any scheme. */
export const SETUP_HOST = 'bsdm.proxy';
/** Where the same is found at the proxy's own address. */
export const SETUP_PATH = '/setup';

/** What the site tells of. */
export interface SetupFacts {
  /** Address other machines reach the proxy by, `192.168.1.5:1488`; of this machine alone when it listens on loopback. */
  address: string;
  isOpen: boolean;
  mode: 'off' | 'listed' | 'all';
  /** Makes the CA when there is none yet; throws with words when it cannot be used. */
  ca: () => { info: CaInfo; der: Uint8Array };
}

const FILES: Readonly<Record<string, { type: string; make: (ca: ReturnType<SetupFacts['ca']>) => Uint8Array }>> = {
  '/bsdm-proxy-ca.pem': { type: 'application/x-pem-file', make: ({ info }) => Buffer.from(info.pem) },
  '/bsdm-proxy-ca.crt': { type: 'application/x-x509-ca-cert', make: ({ der }) => der },
  '/bsdm-proxy-ca.mobileconfig': {
    type: 'application/x-apple-aspen-config',
    make: ({ info, der }) => Buffer.from(appleProfile(info, der)),
  },
};

/** The answer for a path of the site; undefined for one that is not there. Also under {@link SETUP_PATH}. */
export function setupReply(path: string, request: FieldList, facts: SetupFacts): LocalReply | undefined {
  const bare = path.split('?', 1)[0] ?? '';
  const base = bare === SETUP_PATH || bare.startsWith(`${SETUP_PATH}/`) ? SETUP_PATH : '';
  const inside = bare.slice(base.length);
  if (inside === '' || inside === '/') return page(request, facts, base);
  if (inside === '/setup.json') {
    const { address, mode } = facts;
    const { fingerprint256 } = facts.ca().info;
    return reply(200, 'OK', 'application/json', Buffer.from(JSON.stringify({ address, mode, fingerprint256 })));
  }
  const file = FILES[inside];
  if (file === undefined) return undefined;
  const body = file.make(facts.ca());
  return reply(200, 'OK', file.type, body, ['Content-Disposition', `attachment; filename="${inside.slice(1)}"`]);
}

function reply(status: number, statusText: string, type: string, body: Uint8Array, more: FieldList = []): LocalReply {
  return {
    status,
    statusText,
    body,
    fields: [
      ...['Content-Type', type, 'Content-Length', String(body.length), 'Cache-Control', 'no-store'],
      ...['X-Content-Type-Options', 'nosniff', ...more],
    ],
  };
}

function page(request: FieldList, facts: SetupFacts, base: string): LocalReply {
  const asHtml = /\btext\/html\b/i.test(getCombined(request, 'accept') ?? '');
  const { info } = facts.ca();
  const text = asHtml ? html(facts, info, base) : plain(facts, info);
  return reply(200, 'OK', `text/${asHtml ? 'html' : 'plain'}; charset=utf-8`, Buffer.from(text), [
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  ]);
}

const MODES = {
  off: 'HTTPS is tunnelled unread: interception is off, so nothing here is needed yet.',
  listed: 'HTTPS is read for the hosts listed in the settings.',
  all: 'HTTPS is read for every host that is not left out in the settings.',
} as const;

const link = (facts: SetupFacts): string => `http://${facts.address}${SETUP_PATH}`;

function plain(facts: SetupFacts, info: CaInfo): string {
  const lines = [
    'BSDM-Proxy: this client goes through it.',
    MODES[facts.mode],
    '',
    `CA           ${info.subject}`,
    `SHA-256      ${info.fingerprint256}`,
    `valid until  ${day(info.notAfterMs)}`,
    ...Object.keys(FILES).map((path) => `download     http://${SETUP_HOST}${path}`),
  ];
  for (const { system, install, remove } of STEPS)
    lines.push('', `${system}:`, ...install.map((step) => `  - ${step}`), `  - to remove: ${remove}`);
  return `${lines.join('\n')}\n`;
}

function html(facts: SetupFacts, info: CaInfo, base: string): string {
  const own = `http://${SETUP_HOST}/`;
  const files: [path: string, text: string][] = [
    ['/bsdm-proxy-ca.crt', 'Certificate for Windows, macOS, Android'],
    ['/bsdm-proxy-ca.pem', 'PEM, for Linux, Firefox and programs'],
    ['/bsdm-proxy-ca.mobileconfig', 'Profile for iPhone and iPad'],
  ];
  const phone = facts.isOpen
    ? `<p>Scan to open this page on a phone in the same network:</p><a class="qr" href="${link(facts)}" aria-label="QR code of ${link(facts)}">${encodeQR(link(facts), 'svg')}</a><p><code>${link(facts)}</code></p><p>There, set the proxy of the Wi-Fi network to <code>${facts.address}</code> by hand.</p>`
    : `<p>Phones cannot reach this proxy: it listens for this machine only. Set the listening address to <code>0.0.0.0</code> in the settings first.</p>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>BSDM-Proxy: trust</title><style>${STYLE}</style></head><body><h1>${base === '' ? 'This browser goes through BSDM-Proxy' : 'BSDM-Proxy'}</h1><p>${MODES[facts.mode]}</p><h2>The certificate of its CA</h2><p>A client that trusts it accepts the certificates this proxy makes for the sites it reads. It was made on this machine and its key never leaves it. Install it on devices of your own only, and remove it when you are done.</p><ul class="files">${files
    .map(([path, text]) => `<li><a href="${base}${path}">${text}</a></li>`)
    .join(
      '',
    )}</ul><dl><dt>Name</dt><dd>${escape(info.subject)}</dd><dt>SHA-256</dt><dd><code>${info.fingerprint256}</code></dd><dt>Valid until</dt><dd>${day(info.notAfterMs)}</dd></dl><p>Compare the fingerprint with the one in the window of BSDM-Proxy before you trust it.</p><h2>Steps</h2>${STEPS.map(stepsHtml).join('')}<h2>Phones</h2>${phone}<p class="small">With the proxy set, this page is at <code>${own}</code>.</p></body></html>\n`;
}

const stepsHtml = ({ system, install, remove }: Steps): string =>
  `<details><summary>${system}</summary><ol>${install.map((step) => `<li>${marked(step)}</li>`).join('')}</ol><p>To remove it: ${marked(remove)}</p></details>`;

/** `code` in backquotes. */
const marked = (text: string): string => escape(text).replace(/`([^`]*)`/g, '<code>$1</code>');

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.55 system-ui,sans-serif;max-width:44rem;margin:2.5rem auto;padding:0 1rem;color:#1b1f27;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}code{font:14px ui-monospace,monospace;background:#eef0f4;border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}a{color:#2557d6}dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem}dt{color:#5d6575}dd{margin:0}details{border:1px solid #e2e5eb;border-radius:8px;padding:.5rem .8rem;margin:.5rem 0}summary{font-weight:600}.files{padding:0;list-style:none}.files a{display:inline-block;padding:.45rem .8rem;margin:.2rem 0;border:1px solid #c7ccd6;border-radius:8px;text-decoration:none}.qr svg{width:11rem;height:11rem;background:#fff;padding:.5rem;border-radius:8px}.small{color:#5d6575;font-size:.9rem}@media(prefers-color-scheme:dark){body{color:#dfe3ea;background:#15181d}code{background:#262b33}a{color:#7ea6ff}details,.files a{border-color:#3a404b}}';

/** A configuration profile with the CA, as Apple's systems install it (property list, payload `com.apple.security.root`). */
import { createHash } from 'node:crypto';
import type { CaInfo } from '../../contract/interception.ts';

/** A UUID that is always the same for this certificate, so that a second profile takes the place of the first. */
function uuidOf(der: Uint8Array, what: string): string {
  const hex = createHash('sha256').update(what).update(der).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
    .join('-')
    .toUpperCase();
}

const escape = (text: string): string =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char);

export function appleProfile(info: CaInfo, der: Uint8Array): string {
  const name = escape(info.subject.split('CN=').pop() ?? info.subject);
  const pair = (key: string, value: string): string => `<key>${key}</key><string>${value}</string>`;
  const payload = [
    pair('PayloadType', 'com.apple.security.root'),
    pair('PayloadIdentifier', 'proxy.bsdm.ca.certificate'),
    pair('PayloadUUID', uuidOf(der, 'certificate')),
    pair('PayloadDisplayName', name),
    '<key>PayloadVersion</key><integer>1</integer>',
    `<key>PayloadContent</key><data>${Buffer.from(der).toString('base64')}</data>`,
  ].join('');
  const profile = [
    pair('PayloadType', 'Configuration'),
    pair('PayloadIdentifier', 'proxy.bsdm.ca'),
    pair('PayloadUUID', uuidOf(der, 'profile')),
    pair('PayloadDisplayName', 'BSDM-Proxy CA'),
    pair(
      'PayloadDescription',
      `Lets this device trust the certificates that BSDM-Proxy makes. SHA-256 ${info.fingerprint256}`,
    ),
    '<key>PayloadVersion</key><integer>1</integer>',
    `<key>PayloadContent</key><array><dict>${payload}</dict></array>`,
  ].join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict>${profile}</dict></plist>\n`;
}

/** Throw-away certificates (X.509 v3, ECDSA P-256) for servers and clients of tests: self-signed, or by an authority of the test. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import net from 'node:net';

/** Key and certificate, PEM. */
export interface KeyAndCertificate {
  key: string;
  cert: string;
}

export interface Wanted {
  /** Names and IPv4 addresses it is for; the first is its common name. */
  names: readonly string[];
  /** From when and until when, days from now; a day either way by default. */
  days?: readonly [from: number, to: number];
}

export interface TestAuthority {
  /** Its certificate, PEM. */
  readonly cert: string;
  issue(wanted: Wanted): KeyAndCertificate;
}

/** DER: tag, length, content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const ALT_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const DAY_MS = 24 * 3600 * 1000;

function utcTime(ms: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));

function altName(name: string): Buffer {
  return net.isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}

/** No empty line even when the last one is full: OpenSSL reads none. */
const pem = (whole: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

/** One certificate; signed by itself without an issuer. */
function make(
  { names, days: [from, to] = [-1, 1] }: Wanted,
  isAuthority: boolean,
  issuer?: { name: string; key: KeyObject },
): KeyAndCertificate & { privateKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [commonName = ''] = names;
  const extensions = [
    ...(isAuthority ? [sequence(BASIC_CONSTRAINTS, TRUE, der(0x04, sequence(TRUE)))] : []),
    ...(isAuthority ? [] : [sequence(ALT_NAME, der(0x04, sequence(...names.map(altName))))]),
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? commonName),
    sequence(utcTime(Date.now() + from * DAY_MS), utcTime(Date.now() + to * DAY_MS)),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer?.key ?? privateKey);
  return {
    privateKey,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: pem(sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature))),
  };
}

/** For one host name, signed by itself. */
export function selfSigned(hostname: string): KeyAndCertificate {
  const { key, cert } = make({ names: [hostname] }, false);
  return { key, cert };
}

/** An authority with this common name. */
export function testAuthority(name = 'Test Authority'): TestAuthority {
  const own = make({ names: [name] }, true);
  return {
    cert: own.cert,
    issue(wanted) {
      const { key, cert } = make(wanted, false, { name, key: own.privateKey });
      return { key, cert };
    },
  };
}

/** Certificates (RFC 5280) on node:crypto: a CA for this machine, and leaves for hosts. Synchronous, well under a millisecond. */
import { createHash, createPublicKey, randomBytes, sign, type KeyObject, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bits,
  context,
  integer,
  NULL,
  octets,
  oid,
  pem,
  readElements,
  sequence,
  set,
  time,
  TRUE,
  utf8,
} from './der.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Clocks of clients differ from ours: what is issued now has been good for a day. */
const BACKDATED_MS = DAY_MS;
const CA_DAYS = 5 * 365;
/** Below the 200 days that browsers take, with room for the next step down. */
const LEAF_DAYS = 90;
/** X.520: a common name has no more characters. */
const MAX_COMMON_NAME = 64;

const COMMON_NAME = oid('2.5.4.3');
const ORGANIZATION = oid('2.5.4.10');
const EXTENSION = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;
const SERVER_AUTH = oid('1.3.6.1.5.5.7.3.1');

/** What of an issuer goes into what it issues. */
export interface Issuer {
  /** The subject, byte by byte: chains are joined by equal bytes (RFC 5280 §7.1). */
  name: Uint8Array;
  /** Its subject key identifier. */
  keyId: Uint8Array;
  key: KeyObject;
  /** Nothing issued outlives it, unix ms. */
  notAfterMs: number;
}

interface SignatureAlgorithm {
  algorithm: Buffer;
  hash: string | null;
}

/** How a key signs; throws for keys no client takes. */
function signatureOf(key: KeyObject): SignatureAlgorithm {
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa')
    return { algorithm: sequence(oid('1.2.840.113549.1.1.11'), NULL), hash: 'sha256' };
  if (key.asymmetricKeyType === 'ec') {
    if (namedCurve === 'prime256v1') return { algorithm: sequence(oid('1.2.840.10045.4.3.2')), hash: 'sha256' };
    if (namedCurve === 'secp384r1') return { algorithm: sequence(oid('1.2.840.10045.4.3.3')), hash: 'sha384' };
    if (namedCurve === 'secp521r1') return { algorithm: sequence(oid('1.2.840.10045.4.3.4')), hash: 'sha512' };
  }
  throw new Error(
    `a CA key has to be RSA or ECDSA on P-256, P-384 or P-521, this is ${namedCurve ?? key.asymmetricKeyType ?? 'none'}`,
  );
}

/** Fails for a key that cannot sign what clients take. */
export function checkSigningKey(key: KeyObject): void {
  signatureOf(key);
}

const attribute = (type: Buffer, value: string): Buffer => set(sequence(type, utf8(value)));

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return critical ? sequence(oid(id), TRUE, octets(value)) : sequence(oid(id), octets(value));
}

/** RFC 5280 §4.2.1.2, method 1: SHA-1 of the public key's bits. It is a name, nothing rests on it. */
function keyIdOf(spki: Uint8Array): Buffer {
  const [outer] = readElements(spki);
  const key = readElements(outer!.content)[1]!.content.subarray(1);
  return createHash('sha1').update(key).digest();
}

interface Body {
  issuer: Uint8Array;
  subject: Uint8Array;
  spki: Uint8Array;
  notBeforeMs: number;
  notAfterMs: number;
  extensions: Buffer[];
}

function certificate(body: Body, key: KeyObject): Buffer {
  const { algorithm, hash } = signatureOf(key);
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40; // positive, and always 16 bytes long
  const toSign = sequence(
    context(0, integer(2)),
    integer(serial),
    algorithm,
    body.issuer,
    sequence(time(body.notBeforeMs), time(body.notAfterMs)),
    body.subject,
    body.spki,
    context(3, sequence(...body.extensions)),
  );
  return sequence(toSign, algorithm, bits(sign(hash, toSign, key)));
}

export interface CaRequest {
  key: KeyObject;
  commonName: string;
  nowMs: number;
}

/** A self-signed CA that may sign leaves and nothing else. DER. */
export function issueCa({ key, commonName, nowMs }: CaRequest): Buffer {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const keyId = keyIdOf(spki);
  const name = sequence(
    attribute(ORGANIZATION, 'BSDM-Proxy'),
    attribute(COMMON_NAME, [...commonName].slice(0, MAX_COMMON_NAME).join('')),
  );
  return certificate(
    {
      issuer: name,
      subject: name,
      spki,
      notBeforeMs: nowMs - BACKDATED_MS,
      notAfterMs: nowMs + CA_DAYS * DAY_MS,
      extensions: [
        extension(EXTENSION.basicConstraints, sequence(TRUE, integer(0)), true),
        extension(EXTENSION.keyUsage, bits(Buffer.of(0x06), 1), true), // keyCertSign, cRLSign
        extension(EXTENSION.subjectKeyId, octets(keyId)),
        extension(EXTENSION.authorityKeyId, sequence(context(0, keyId, true))),
      ],
    },
    key,
  );
}

export interface LeafRequest {
  /** A DNS name in its ASCII form (a wildcard is one too), or an IPv4 or IPv6 address without brackets. */
  host: string;
  /** Public key, DER. */
  spki: Uint8Array;
  nowMs: number;
}

/** A certificate for a server, for one name or address. DER. */
export function issueLeaf(issuer: Issuer, { host, spki, nowMs }: LeafRequest): Buffer {
  const address = isIP(host) === 0 ? undefined : addressBytes(host);
  const altName = address === undefined ? context(2, Buffer.from(host, 'latin1'), true) : context(7, address, true);
  const named = host.length <= MAX_COMMON_NAME;
  return certificate(
    {
      issuer: issuer.name,
      // RFC 5280 §4.1.2.6: without a subject the alternative name has to be critical.
      subject: named ? sequence(attribute(COMMON_NAME, host)) : sequence(),
      spki,
      notBeforeMs: nowMs - BACKDATED_MS,
      notAfterMs: Math.min(nowMs + LEAF_DAYS * DAY_MS, issuer.notAfterMs),
      extensions: [
        extension(EXTENSION.basicConstraints, sequence(), true),
        extension(EXTENSION.keyUsage, bits(Buffer.of(0x80), 7), true), // digitalSignature
        extension(EXTENSION.extendedKeyUsage, sequence(SERVER_AUTH)),
        extension(EXTENSION.subjectAltName, sequence(altName), !named),
        extension(EXTENSION.subjectKeyId, octets(keyIdOf(spki))),
        extension(EXTENSION.authorityKeyId, sequence(context(0, issuer.keyId, true))),
      ],
    },
    issuer.key,
  );
}

/** 4 or 16 bytes of an address. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const words = (text: string): number[] =>
    text === ''
      ? []
      : text.split(':').flatMap((part) => {
          if (!part.includes('.')) return [Number.parseInt(part, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
          return [a * 256 + b, c * 256 + d];
        });
  const front = words(head);
  const back = words(tail ?? '');
  const all = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}

/** What an existing CA certificate says of itself: subject bytes and key identifier. */
export function issuerOf(ca: X509Certificate, key: KeyObject): Issuer {
  const [whole] = readElements(ca.raw);
  const [toSign] = readElements(whole!.content);
  const fields = readElements(toSign!.content);
  const versioned = fields[0]!.tag === 0xa0 ? 1 : 0;
  const subject = fields[versioned + 4]!;
  const spki = fields[versioned + 5]!;
  return {
    name: subject.raw,
    keyId: subjectKeyId(fields.slice(versioned + 6)) ?? keyIdOf(spki.raw),
    key,
    notAfterMs: Date.parse(ca.validTo),
  };
}

function subjectKeyId(rest: ReturnType<typeof readElements>): Uint8Array | undefined {
  const wrapped = rest.find(({ tag }) => tag === 0xa3);
  if (wrapped === undefined) return undefined;
  const wanted = oid(EXTENSION.subjectKeyId);
  for (const { content } of readElements(readElements(wrapped.content)[0]!.content)) {
    const parts = readElements(content);
    if (wanted.equals(parts[0]!.raw)) return readElements(parts.at(-1)!.content)[0]!.content;
  }
  return undefined;
}

export const certificatePem = (certificateDer: Uint8Array): string => pem('CERTIFICATE', certificateDer);

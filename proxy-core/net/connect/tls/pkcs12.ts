/**
 * A PKCS#12 file (RFC 7292) with one certificate and no key: what Windows and Java take as a trusted CA. The certificate
 * is no secret and stands as it is; the password only guards against damage, as the format wants.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { context, der, integer, NULL, octets, oid, sequence, set } from './der.ts';

const DATA = oid('1.2.840.113549.1.7.1');
const CERT_BAG = oid('1.2.840.113549.1.12.10.1.3');
const X509_CERTIFICATE = oid('1.2.840.113549.1.9.22.1');
const FRIENDLY_NAME = oid('1.2.840.113549.1.9.20');
/** Java takes a certificate for trusted only with this attribute. */
const TRUSTED_KEY_USAGE = oid('2.16.840.1.113894.746875.1.1');
const ANY_USAGE = oid('2.5.29.37.0');
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), NULL);
const BMP_STRING = 0x1e;
const ROUNDS = 10_000;
/** Block size of SHA-256, bytes. */
const BLOCK = 64;

/** Text in UTF-16, big end first. */
const bmp = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** RFC 7292 appendix B.2 with SHA-256, for a key of 32 bytes that guards integrity (id 3): one block is enough. */
function macKey(password: string, salt: Buffer): Buffer {
  const filled = (bytes: Buffer): Buffer => Buffer.alloc(Math.ceil(bytes.length / BLOCK) * BLOCK, bytes);
  let key = Buffer.concat([Buffer.alloc(BLOCK, 3), filled(salt), filled(bmp(`${password}\0`))]);
  for (let round = 0; round < ROUNDS; round++) key = createHash('sha256').update(key).digest();
  return key;
}

/** The file. */
export function pkcs12(certificate: Uint8Array, name: string, password: string): Buffer {
  const bag = sequence(
    CERT_BAG,
    context(0, sequence(X509_CERTIFICATE, context(0, octets(certificate)))),
    set(sequence(FRIENDLY_NAME, set(der(BMP_STRING, bmp(name)))), sequence(TRUSTED_KEY_USAGE, set(ANY_USAGE))),
  );
  const data = (content: Uint8Array): Buffer => sequence(DATA, context(0, octets(content)));
  const safe = sequence(data(sequence(bag)));
  const salt = randomBytes(20);
  const mac = createHmac('sha256', macKey(password, salt)).update(safe).digest();
  return sequence(integer(3), data(safe), sequence(sequence(SHA256, octets(mac)), octets(salt), integer(ROUNDS)));
}

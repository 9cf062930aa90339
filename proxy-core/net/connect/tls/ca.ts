/**
 * The CA of this machine: made when it is first used, kept in a folder of its own that nobody else can read, or read from
 * files the settings name. Files that cannot be used are set aside and never written over.
 */
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CommandError } from '../../../contract/errors.ts';
import type { CaInfo, CaState } from '../../../contract/interception.ts';
import { certificatePem, checkSigningKey, issueCa, issuerOf, type Issuer } from './certificate.ts';

export type { CaInfo } from '../../../contract/interception.ts';

/** A CA that can sign. */
export interface Ca {
  readonly info: CaInfo;
  /** The certificate. */
  readonly der: Uint8Array;
  /** What stands behind a leaf in a handshake: this certificate, and those above it. */
  readonly chainPem: string;
  readonly issuer: Issuer;
}

/** Your own CA, by file. */
export interface CaFiles {
  certificate: string;
  key: string;
}

export interface CaOptions {
  /** Holds `ca.pem` and `ca.key`; made when needed. Null keeps the CA in memory only. */
  folder: string | null;
  /** Your own CA instead; undefined when the settings name none. */
  files: () => CaFiles | undefined;
  /** Time of day, unix ms. */
  timeOfDay: () => number;
  /** Told in words what was set aside. */
  report: (message: string) => void;
  /** Name of this machine. */
  machine?: string;
}

const CERTIFICATE = 'ca.pem';
const KEY = 'ca.key';
const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
/** Notices that are kept. */
const MAX_NOTICES = 5;
/** No CA file is larger, bytes. */
const MAX_FILE = 256 * 1024;

export class CaStore {
  readonly #options: CaOptions;
  readonly #notices: string[] = [];
  #ca: Ca | undefined;
  /** Of the files the CA was read from. */
  #from = '';
  #problem: string | undefined;

  constructor(options: CaOptions) {
    this.#options = options;
  }

  /** The CA, read or made now when that was not done yet. Throws a CommandError that says what is wrong. */
  use(): Ca {
    return this.load() ?? this.#make();
  }

  /** The CA if there is one; never makes one. Throws when your own files cannot be used. */
  load(): Ca | undefined {
    const files = this.#options.files();
    const from = files === undefined ? '' : JSON.stringify(files);
    if (this.#ca !== undefined && this.#from === from) return this.#ca;
    this.#ca = undefined;
    this.#from = from;
    try {
      this.#ca = files === undefined ? this.#readFolder() : readOwn(files);
      this.#problem = undefined;
      return this.#ca;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  /** What is known; reads the files, makes nothing, throws nothing. */
  state(): CaState {
    try {
      this.load();
    } catch {
      // It is told as the problem.
    }
    const expired =
      this.#ca !== undefined && this.#ca.info.notAfterMs < this.#options.timeOfDay()
        ? `the CA ran out on ${new Date(this.#ca.info.notAfterMs).toISOString().slice(0, 10)}; renew it`
        : undefined;
    const problem = this.#problem ?? expired;
    return {
      ...(this.#ca !== undefined && { ca: this.#ca.info }),
      ...(problem !== undefined && { problem }),
      notices: [...this.#notices],
      folder: this.#options.folder ?? '',
    };
  }

  /** Makes a new CA in the place of the one there is; whoever trusts the old one has to be told. */
  renew(): Ca {
    this.#refuseOwn('renewed');
    return this.#make();
  }

  /** Removes the CA from this machine's data folder; the next use makes another. */
  remove(): boolean {
    this.#refuseOwn('removed');
    const { folder } = this.#options;
    const existed =
      folder === null
        ? this.#ca !== undefined
        : fs.existsSync(path.join(folder, CERTIFICATE)) || fs.existsSync(path.join(folder, KEY));
    this.#ca = undefined;
    this.#problem = undefined;
    if (folder === null) return existed;
    for (const name of [CERTIFICATE, KEY])
      attempt('remove', folder, () => fs.rmSync(path.join(folder, name), { force: true }));
    return existed;
  }

  #refuseOwn(what: string): void {
    const files = this.#options.files();
    if (files !== undefined)
      throw new CommandError(
        'conflict',
        `your own CA (${files.certificate}) cannot be ${what} here`,
        'Take the files out of the settings first.',
      );
  }

  #make(): Ca {
    const { folder, timeOfDay, machine = os.hostname() } = this.#options;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const nowMs = timeOfDay();
    const day = new Date(nowMs).toISOString().slice(0, 10);
    // The name as a whole has 64 characters: it is the machine's that gives way.
    const der = issueCa({ key: privateKey, commonName: `BSDM-Proxy CA (${machine.slice(0, 36)} ${day})`, nowMs });
    if (folder !== null)
      attempt('write', folder, () => {
        fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
        fs.chmodSync(folder, 0o700);
        write(folder, KEY, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 0o600);
        write(folder, CERTIFICATE, certificatePem(der), 0o644);
      });
    this.#from = '';
    this.#problem = undefined;
    return (this.#ca = toCa(
      new X509Certificate(der),
      privateKey,
      '',
      folder === null ? '' : path.join(folder, CERTIFICATE),
      false,
    ));
  }

  /** The CA of the folder; what is damaged or does not belong together is set aside, as if there were none. */
  #readFolder(): Ca | undefined {
    const { folder } = this.#options;
    if (folder === null) return undefined;
    const file = path.join(folder, CERTIFICATE);
    const certificate = readIfThere(file);
    const key = readIfThere(path.join(folder, KEY));
    if (certificate === undefined && key === undefined) return undefined;
    let problem: string;
    try {
      if (certificate === undefined) throw new Error(`${CERTIFICATE} is missing`);
      if (key === undefined) throw new Error(`${KEY} is missing`);
      const ca = parse(certificate, key, file, false);
      this.#tighten(folder);
      return ca;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    this.#setAside(folder, problem);
    return undefined;
  }

  /** Others may not read the key, whatever a copy or an unpacked archive made of the modes. */
  #tighten(folder: string): void {
    try {
      for (const [name, mode] of [
        ['', 0o700],
        [KEY, 0o600],
      ] as const) {
        const at = path.join(folder, name);
        if ((fs.statSync(at).mode & 0o077) !== 0) fs.chmodSync(at, mode);
      }
    } catch (error) {
      this.#notice(
        `the modes of ${folder} could not be narrowed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #setAside(folder: string, problem: string): void {
    const { timeOfDay } = this.#options;
    const aside = `damaged-${new Date(timeOfDay()).toISOString().replace(/[:.]/g, '-')}`;
    for (const name of [CERTIFICATE, KEY]) {
      const at = path.join(folder, name);
      if (fs.existsSync(at)) attempt('rename', at, () => fs.renameSync(at, `${at}.${aside}`));
    }
    this.#notice(
      `the CA in ${folder} cannot be used (${problem}); its files were set aside as *.${aside} and a new one is made when it is needed`,
    );
  }

  #notice(message: string): void {
    this.#notices.push(message);
    if (this.#notices.length > MAX_NOTICES) this.#notices.shift();
    this.#options.report(message);
  }
}

function readOwn(files: CaFiles): Ca {
  try {
    const [certificate, key] = [files.certificate, files.key].map((file) => {
      const text = readIfThere(file);
      if (text === undefined) throw new Error(`${file} is not there`);
      return text;
    });
    return parse(certificate!, key!, files.certificate, true);
  } catch (error) {
    throw new CommandError(
      'unavailable',
      `your own CA cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      'Certificate and key have to be PEM files of one CA; the key without a passphrase.',
    );
  }
}

function parse(certificateText: string, keyText: string, file: string, own: boolean): Ca {
  const [first, ...above] = certificatesIn(certificateText);
  if (first === undefined) throw new Error(`${path.basename(file)} holds no certificate in PEM`);
  const certificate = new X509Certificate(first);
  const key = createPrivateKey(keyText);
  checkSigningKey(key);
  if (!certificate.ca) throw new Error('the certificate is not that of a CA');
  if (!certificate.checkPrivateKey(key)) throw new Error('the key is not that of the certificate');
  return toCa(certificate, key, above.join('\n'), file, own);
}

/** The certificates of a PEM file, in order. */
function certificatesIn(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + 1)) {
    const end = text.indexOf(END, at);
    if (end >= 0) found.push(text.slice(at, end + END.length));
  }
  return found;
}

function toCa(certificate: X509Certificate, key: KeyObject, abovePem: string, file: string, own: boolean): Ca {
  const pem = certificatePem(certificate.raw);
  return {
    der: certificate.raw,
    chainPem: abovePem === '' ? pem : `${pem}${abovePem}\n`,
    issuer: issuerOf(certificate, key),
    info: {
      pem,
      subject: certificate.subject.replaceAll('\n', ', '),
      fingerprint256: certificate.fingerprint256,
      spkiSha256: createHash('sha256')
        .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
        .digest('base64'),
      notBeforeMs: Date.parse(certificate.validFrom),
      notAfterMs: Date.parse(certificate.validTo),
      own,
      file,
    },
  };
}

function readIfThere(file: string): string | undefined {
  try {
    if (fs.statSync(file).size > MAX_FILE) return '';
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Beside and renamed: a crash leaves the old file or the new one. */
function write(folder: string, name: string, text: string, mode: number): void {
  const target = path.join(folder, name);
  const temporary = `${target}.new`;
  fs.rmSync(temporary, { force: true }); // a mode is given to new files only
  fs.writeFileSync(temporary, text, { mode });
  fs.renameSync(temporary, target);
}

function attempt(what: string, where: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new CommandError(
      'unavailable',
      `could not ${what} ${where}: ${error instanceof Error ? error.message : String(error)}`,
      'Check that the data folder can be written to.',
    );
  }
}

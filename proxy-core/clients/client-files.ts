/**
 * Files that programs are pointed at: the CA alone, and the roots this machine trusts with the CA behind them, for programs
 * whose variable replaces their roots. Beside them, where Java is installed, a trust store of its own.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { JAVA_STORE_PASSWORD } from '../contract/client-environment.ts';

export interface ClientFiles {
  caFile: string;
  bundleFile: string;
  javaTrustStore?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Variables that may name roots of this user's already: what they hold stays trusted. */
const ROOT_VARIABLES = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];
const KEYTOOL_MS = 20_000;

/** Writes them into `folder`, by the CA's fingerprint, so that a new CA is another file. Java's takes seconds. */
export function writeClientFiles(folder: string, caPem: string, env: Env): ClientFiles {
  const { caFile, bundleFile, javaFile } = writePemFiles(folder, caPem, env);
  const javaTrustStore = javaStore(javaFile, caFile, env);
  return { caFile, bundleFile, ...(javaTrustStore !== undefined && { javaTrustStore }) };
}

/** The same without waiting for Java: its trust store when an earlier call has made it. */
export function writeQuickFiles(folder: string, caPem: string, env: Env): ClientFiles {
  const { caFile, bundleFile, javaFile } = writePemFiles(folder, caPem, env);
  return { caFile, bundleFile, ...(fs.existsSync(javaFile) && { javaTrustStore: javaFile }) };
}

function writePemFiles(
  folder: string,
  caPem: string,
  env: Env,
): { caFile: string; bundleFile: string; javaFile: string } {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const roots = rootsOf(env);
  const name = createHash('sha256').update(caPem).update(roots).digest('hex').slice(0, 12);
  const caFile = path.join(folder, `ca-${name}.pem`);
  const bundleFile = path.join(folder, `roots-and-ca-${name}.pem`);
  // What the variable held before stays trusted.
  writeOnce(caFile, [...certificatesIn(env['NODE_EXTRA_CA_CERTS']), caPem].join(''));
  writeOnce(bundleFile, `${roots}${caPem}`);
  return { caFile, bundleFile, javaFile: path.join(folder, `java-${name}.p12`) };
}

function rootsOf(env: Env): string {
  const found = new Set<string>();
  for (const type of ['system', 'default'] as const)
    for (const pem of tls.getCACertificates(type)) found.add(`${pem.trim()}\n`);
  for (const name of ROOT_VARIABLES) {
    for (const pem of certificatesIn(env[name])) found.add(pem);
  }
  return [...found].join('');
}

function certificatesIn(file: string | undefined): string[] {
  if (file === undefined || file === '') return [];
  try {
    return Array.from(fs.readFileSync(file, 'utf8').matchAll(CERTIFICATE), ([pem]) => `${pem}\n`);
  } catch {
    // A variable that names no file holds no roots.
    return [];
  }
}

/** A PEM certificate holds no dash but those of its frame. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Beside and renamed: another process may be reading. */
function writeOnce(file: string, text: string): void {
  if (fs.existsSync(file)) return;
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, text, { mode: 0o600 });
  fs.renameSync(temporary, file);
}

/** Java's roots and the CA, by its own keytool; undefined where there is no Java. */
function javaStore(file: string, caFile: string, env: Env): string | undefined {
  if (fs.existsSync(file)) return file;
  const home = env['JAVA_HOME'];
  const keytool = home === undefined || home === '' ? 'keytool' : path.join(home, 'bin', 'keytool');
  const temporary = `${file}.${process.pid}`;
  const run = (args: string[]): void =>
    void execFileSync(keytool, args, { stdio: 'ignore', timeout: KEYTOOL_MS, env: { ...env, JAVA_TOOL_OPTIONS: '' } });
  const store = ['-storepass', JAVA_STORE_PASSWORD];
  try {
    run([
      ...[
        '-importkeystore',
        '-noprompt',
        '-srckeystore',
        cacertsOf(keytool, home),
        '-srcstorepass',
        JAVA_STORE_PASSWORD,
      ],
      ...['-destkeystore', temporary, '-deststoretype', 'PKCS12', '-deststorepass', JAVA_STORE_PASSWORD],
    ]);
    run([
      '-importcert',
      '-noprompt',
      '-trustcacerts',
      '-alias',
      'bsdm-proxy',
      '-file',
      caFile,
      '-keystore',
      temporary,
      ...store,
    ]);
    fs.renameSync(temporary, file);
    return file;
  } catch {
    fs.rmSync(temporary, { force: true });
    return undefined;
  }
}

/** Where the Java of this keytool keeps its roots. */
function cacertsOf(keytool: string, home: string | undefined): string {
  const root = home !== undefined && home !== '' ? home : path.dirname(path.dirname(fs.realpathSync(which(keytool))));
  return path.join(root, 'lib', 'security', 'cacerts');
}

function which(program: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const at = path.join(folder, program);
    if (fs.existsSync(at)) return at;
  }
  throw new Error(`${program} is not installed`);
}

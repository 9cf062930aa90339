/**
 * TLS to origins: what is trusted, which certificate of ours is shown, the check of theirs, and the facts of the connection.
 * A certificate that does not pass ends the connection, unless its host is one the settings accept whatever it shows.
 */
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { isListed, parseHostPatterns, type HostPattern } from '../../contract/host-patterns.ts';
import { parseClientCertificates, type ClientCertificateFile } from '../../contract/upstream.ts';
import type { TlsFacts } from '../../contract/tls.ts';
import { Recent } from '../../http/recent.ts';
import { CertificateError, certificateFacts } from './certificate-facts.ts';

/** The settings of it, as they stand. */
export interface OriginTlsSettings {
  /** Offer HTTP/2. */
  http2: boolean;
  /** Hosts whose certificate is accepted anyway. */
  accept: string;
  /** File with CA certificates, PEM. */
  ca: string;
  /** Files with client certificates by host. */
  certificates: string;
  passphrase: string;
}

/** A file of the settings cannot be used. */
class TlsFileError extends Error {
  readonly code = 'BSDM_TLS_FILE';
  constructor(file: string, what: string, cause: unknown) {
    super(`${what} ${file} cannot be used (${cause instanceof Error ? cause.message : String(cause)})`);
    this.name = 'TlsFileError';
  }
}

/** The server hung up before TLS stood. */
class HandshakeClosedError extends Error {
  readonly code = 'BSDM_TLS_CLOSED';
}

/** Sessions kept for resumption (RFC 8446 §2.2). */
const SESSIONS = 256;
const MAX_SESSION_KEY = 300;

/** Told once: the connection with its facts, or why there is none. */
export type Secured = (error: Error | null, socket: tls.TLSSocket | null, facts: TlsFacts | undefined) => void;

export class OriginTls {
  readonly #settings: OriginTlsSettings;
  readonly #accept: readonly HostPattern[];
  readonly #certificates: readonly ClientCertificateFile[];
  /** By the file of the client certificate, `''` without one; made when first needed. */
  readonly #contexts = new Map<string, tls.SecureContext>();
  readonly #sessions = new Recent<Buffer>(SESSIONS, MAX_SESSION_KEY);

  constructor(settings: OriginTlsSettings) {
    this.#settings = settings;
    this.#accept = parseHostPatterns(settings.accept) ?? [];
    this.#certificates = parseClientCertificates(settings.certificates) ?? [];
  }

  /** Whether HTTP/2 is offered. */
  get http2(): boolean {
    return this.#settings.http2;
  }

  /** Makes TLS of a connection that stands; within `timeoutMs`. */
  secure(
    socket: net.Socket,
    hostname: string,
    port: number,
    protocols: string[],
    timeoutMs: number,
    done: Secured,
  ): void {
    const file = this.#certificates.find((item) => isListed(item.hosts, hostname, port))?.file;
    const sessionKey = `${hostname} ${port} ${protocols[0]}`;
    // A name ends without a dot (RFC 6066 §3), and an address is none.
    const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
    const session = this.#sessions.get(sessionKey);
    let secure: tls.TLSSocket;
    try {
      secure = tls.connect({
        socket,
        host: name,
        ...(net.isIP(name) === 0 && { servername: name }),
        secureContext: this.#context(file),
        ALPNProtocols: protocols,
        ...(session !== undefined && { session }),
        // Checked below, where the certificate can be told.
        rejectUnauthorized: false,
      });
    } catch (error) {
      socket.destroy();
      done(error instanceof Error ? error : new Error(String(error)), null, undefined);
      return;
    }
    let settled = false;
    const settle = (error: Error | null, facts?: TlsFacts): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (error !== null) {
        secure.destroy();
        socket.destroy();
      }
      done(error, error === null ? secure : null, facts);
    };
    const timer = setTimeout(
      () =>
        settle(
          Object.assign(new Error(`no TLS with ${hostname}:${port} within the time allowed`), { code: 'ETIMEDOUT' }),
        ),
      Math.max(timeoutMs, 1),
    ).unref();
    // Never removed: whatever comes later is told to whoever uses the connection.
    secure.on('error', (error: Error) => settle(atHandshake(error)));
    secure.once('close', () =>
      settle(new HandshakeClosedError('the server ended the connection in the middle of the TLS handshake')),
    );
    secure.on('session', (fresh) => {
      // A resumed session is not checked again: only what passed may come again.
      if (secure.authorized) this.#sessions.set(sessionKey, fresh);
    });
    secure.once('secureConnect', () => {
      const problem = problemOf(secure);
      const certificate = secure.getPeerX509Certificate();
      const shown = certificate && certificateFacts(certificate);
      const isAccepted = problem === undefined || isListed(this.#accept, hostname, port);
      const own = file === undefined ? undefined : secure.getX509Certificate();
      const facts: TlsFacts = {
        version: secure.getProtocol() ?? '',
        cipher: secure.getCipher().standardName,
        ...(typeof secure.alpnProtocol === 'string' && { alpn: secure.alpnProtocol }),
        ...(net.isIP(name) === 0 && { sni: name }),
        reused: false,
        ...(shown !== undefined && { certificate: shown }),
        ...(problem !== undefined && { [isAccepted ? 'accepted' : 'refused']: problem }),
        ...(own !== undefined && { ownCertificate: certificateFacts(own).subject }),
      };
      settle(isAccepted ? null : new CertificateError(problem, hostname, port, shown, Date.now()), facts);
    });
  }

  /** What connections with this client certificate are made of. Throws {@link TlsFileError}. */
  #context(file: string | undefined): tls.SecureContext {
    const key = file ?? '';
    const known = this.#contexts.get(key);
    if (known !== undefined) return known;
    const made = this.#makeContext(file);
    this.#contexts.set(key, made);
    return made;
  }

  #makeContext(file: string | undefined): tls.SecureContext {
    const { ca, passphrase } = this.#settings;
    const own = file === undefined ? {} : clientCertificate(file, passphrase);
    const trusted = ca === '' ? systemRoots() : [...systemRoots(), readText(ca, 'the file of CA certificates')];
    try {
      return tls.createSecureContext({ ca: trusted, ...own, ...(passphrase !== '' && { passphrase }) });
    } catch (error) {
      if (file === undefined) throw new TlsFileError(ca, 'the file of CA certificates', error);
      throw new TlsFileError(file, 'the client certificate', error);
    }
  }
}

/** The code of the check the certificate did not pass. */
function problemOf(socket: tls.TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  const problem: unknown = socket.authorizationError;
  if (typeof problem === 'string') return problem;
  return problem instanceof Error && 'code' in problem ? String(problem.code) : 'unknown';
}

function atHandshake(error: Error): Error {
  const code = 'code' in error ? error.code : '';
  return code === 'ECONNRESET' || code === 'EPIPE' ? new HandshakeClosedError(error.message) : error;
}

let roots: string[] | undefined;

/** What Node brings along and what this machine trusts; read once, for the system's takes a while. */
function systemRoots(): string[] {
  if (roots === undefined) {
    const all = new Set(tls.getCACertificates('default'));
    try {
      for (const certificate of tls.getCACertificates('system')) all.add(certificate);
    } catch {
      // A store that cannot be read adds nothing.
    }
    roots = [...all];
  }
  return roots;
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new TlsFileError(file, what, error);
  }
}

/** PKCS#12 by its name, else PEM with certificate and key. */
function clientCertificate(file: string, passphrase: string): tls.SecureContextOptions {
  const lower = file.toLowerCase();
  try {
    if (!lower.endsWith('.p12') && !lower.endsWith('.pfx')) {
      const pem = readFileSync(file, 'utf8');
      return { cert: pem, key: pem };
    }
    const pfx = readFileSync(file);
    return passphrase === '' ? { pfx } : { pfx: [{ buf: pfx, passphrase }] };
  } catch (error) {
    throw new TlsFileError(file, 'the client certificate', error);
  }
}

/** What the handshake with a client agreed on, as its exchanges record it. */
import type { TLSSocket } from 'node:tls';
import type { CertificateFacts, TlsFacts } from '../../../contract/tls.ts';

export class ClientTls {
  readonly #first: TlsFacts;
  #others: TlsFacts | undefined;
  #used = false;

  constructor(facts: Omit<TlsFacts, 'reused'>) {
    this.#first = { ...facts, reused: false };
  }

  /** For the next exchange of the connection; those after the first share theirs. */
  next(): TlsFacts {
    if (!this.#used) {
      this.#used = true;
      return this.#first;
    }
    return (this.#others ??= { ...this.#first, reused: true });
  }
}

/** Of a connection that is secure now. */
export function clientTlsOf(
  socket: TLSSocket,
  certificate: CertificateFacts,
  serverName: string | undefined,
): ClientTls {
  const { standardName, name } = socket.getCipher();
  return new ClientTls({
    version: socket.getProtocol() ?? 'unknown',
    cipher: standardName ?? name,
    ...(typeof socket.alpnProtocol === 'string' && { alpn: socket.alpnProtocol }),
    ...(serverName !== undefined && { sni: serverName }),
    certificate,
  });
}

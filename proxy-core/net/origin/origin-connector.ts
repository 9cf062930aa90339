/**
 * Opens connections to origins for the pool: dials straight or through the proxy further up, makes TLS of it for https, and
 * keeps what is known of it.
 */
import type { buildConnector } from 'undici';
import { dial, type DialDeps } from '../connect/dial.ts';
import { CertificateError } from './certificate-facts.ts';
import { keepConnection } from './origin-connection.ts';
import type { OriginProtocols } from './origin-protocols.ts';
import type { OriginTls } from './origin-tls.ts';
import { watchWrites } from './unfinished-writes.ts';

export interface ConnectorOptions extends Omit<DialDeps, 'socket'> {
  tls: OriginTls;
  /** Protocols offered to https origins, the preferred first (RFC 7301). */
  protocols: readonly string[];
  /** Told what origins choose. */
  chosen: OriginProtocols;
}

/** As undici's own sockets: fewer, larger reads. */
const READ_BYTES = 64 * 1024;

/** Creates what undici's pool opens its sockets with. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const secured: DialDeps = {
    ...options,
    forwards: false,
    socket: { allowHalfOpen: false, highWaterMark: READ_BYTES },
  };
  const plain: DialDeps = { ...secured, forwards: options.forwards === true };
  return (target, callback) => {
    const isTls = target.protocol === 'https:';
    const port = Number(target.port || (isTls ? 443 : 80));
    const origin = `${target.protocol}//${target.host}`;
    const startedMs = performance.now();
    dial(target.hostname, port, isTls ? secured : plain, {
      onFailed(error) {
        if (isTls) options.chosen.learntNothing(origin);
        callback(error, null);
      },
      onConnected(socket, facts) {
        if (!isTls) {
          keepConnection(socket, facts);
          callback(null, socket);
          return;
        }
        const connectedMs = performance.now();
        const leftMs = options.timeoutMs - (connectedMs - startedMs);
        options.tls.secure(socket, target.hostname, port, [...options.protocols], leftMs, (error, secure, tls) => {
          const isShared = secure?.alpnProtocol === 'h2';
          const isChoice = secure !== null && options.protocols.length > 1;
          if (!isChoice) options.chosen.learntNothing(origin);
          else if (!isShared) options.chosen.openedSerial(origin);
          const opened = { ...facts, tlsMs: performance.now() - connectedMs, ...(tls && { tls }) };
          if (secure === null) {
            if (error instanceof CertificateError) error.connection = opened;
            callback(error ?? new Error('no connection'), null);
            return;
          }
          const kept = keepConnection(secure, opened);
          if (isShared) {
            kept.onResponse = options.chosen.openedShared(origin, secure);
            watchWrites(secure, socket);
          }
          callback(null, secure);
        });
      },
    });
  };
}

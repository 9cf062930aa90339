/** Opens a connection only to see whether it can be opened, plain or with TLS; failures come as sentences. */
import { readFile } from 'node:fs/promises';
import type net from 'node:net';
import type tls from 'node:tls';
import { joinHostPort } from '../contract/address.ts';
import { splitBroker } from './connection-config.ts';
import { openSocket, type Dialling } from './dialling.ts';
import { MAYBE_PLAIN, errorCode } from './socket-words.ts';

const REACH_MS = 5000;

/** A failure that is a sentence already. */
export class StepFailure extends Error {}

/** Opens a connection (TLS when options are given) and resolves with what `seen` says of it; always closes it. */
export function reach(
  dial: Dialling,
  target: { host: string; port: number },
  secure: tls.ConnectionOptions | undefined,
  seen: (socket: net.Socket) => string,
): Promise<string> {
  const address = joinHostPort(target.host, target.port);
  return new Promise((resolve, reject) => {
    const onConnect = (): void => {
      const text = seen(socket);
      socket.destroy();
      resolve(text);
    };
    const socket = openSocket(dial, target, secure, onConnect);
    socket.setTimeout(REACH_MS, () => {
      socket.destroy();
      reject(
        new StepFailure(
          secure
            ? `${address} accepted the connection but gave no answer to the TLS handshake within ${REACH_MS / 1000} s. ${MAYBE_PLAIN}`
            : `${address} gave no answer within ${REACH_MS / 1000} s: a firewall may be in between, or the host is down.`,
        ),
      );
    });
    const hungUp = (): StepFailure =>
      new StepFailure(
        secure
          ? `${address} closed the connection during the TLS handshake. ${MAYBE_PLAIN}`
          : `${address} closed the connection.`,
      );
    socket.on('error', (error: Error) => reject(errorCode(error) === 'ECONNRESET' ? hungUp() : error));
    socket.on('close', () => reject(hungUp()));
  });
}

/** The CA file's certificates as TLS options; none when the system's own are used. */
export async function readCa(caFile: string): Promise<tls.ConnectionOptions> {
  if (caFile === '') return {};
  try {
    return { ca: await readFile(caFile, 'utf8') };
  } catch (error) {
    throw new StepFailure(
      `The file with the CA certificates cannot be read: ${error instanceof Error ? error.message : caFile}`,
    );
  }
}

/** True when a plain connection gets no Kafka answer because the port speaks TLS. */
export async function speaksTls(dial: Dialling, broker: string): Promise<boolean> {
  return reach(dial, splitBroker(broker), { rejectUnauthorized: false }, () => '').then(
    () => true,
    () => false,
  );
}

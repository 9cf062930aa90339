/** The question whether a Kafka broker answers on a port. */
import { connect } from 'node:net';

/** ApiVersions version 0, correlation id 1, no client id. A broker answers it as soon as it takes requests. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/**
 * True when a broker on the plain port answers within `ms`.
 * @param {number} port
 * @param {number} [ms]
 * @returns {Promise<boolean>}
 */
export function answers(port, ms = 1000) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    /** @param {boolean} result */
    const done = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(ms, () => done(false));
    socket.on('error', () => done(false));
    socket.on('close', () => done(false));
    socket.on('data', () => done(true));
    socket.on('connect', () => socket.write(API_VERSIONS));
  });
}

/**
 * Preloaded into the core's Node by relay.cjs: gives it Electron's `process.parentPort`, and ports, on top of the messages
 * of a child process.
 */
import { EventEmitter } from 'node:events';

/**
 * What the two halves tell each other; ports go by number.
 * @typedef {{ kind: 'message', data: unknown, ports: number[] } | { kind: 'port-message', id: number, data: unknown } | { kind: 'port-close', id: number }} Relayed
 * @typedef {{ data: unknown, ports: RelayedPort[] }} PortEvent
 */

/** @type {Map<number, RelayedPort>} */
const ports = new Map();

class RelayedPort extends EventEmitter {
  #id;
  #isStarted = false;
  /** @type {unknown[]} */
  #waiting = [];
  /** @param {number} id */
  constructor(id) {
    super();
    this.#id = id;
    ports.set(id, this);
  }
  /** @param {unknown} data */
  postMessage(data) {
    send({ kind: 'port-message', id: this.#id, data });
  }
  start() {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }
  close() {
    ports.delete(this.#id);
    send({ kind: 'port-close', id: this.#id });
  }
  /** @param {unknown} data */
  deliver(data) {
    if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }
}

/** Messages wait for the first listener, as in Electron: the core's own modules load after this file. */
class ParentPort extends EventEmitter {
  /** @type {PortEvent[]} */
  #waiting = [];
  constructor() {
    super();
    this.on('newListener', (name) => {
      if (name === 'message')
        queueMicrotask(() => this.#waiting.splice(0).forEach((event) => this.emit('message', event)));
    });
  }
  /** @param {unknown} data */
  postMessage(data) {
    send({ kind: 'message', data, ports: [] });
  }
  /** @param {PortEvent} event */
  deliver(event) {
    if (this.listenerCount('message') > 0 && this.#waiting.length === 0) this.emit('message', event);
    else this.#waiting.push(event);
  }
}

/** @param {Relayed} message */
function send(message) {
  if (process.connected) process.send?.(message);
}

const parentPort = new ParentPort();
Object.assign(process, { parentPort, type: 'utility' });
process.on('message', (message) => {
  if (!isRelayed(message)) return;
  if (message.kind === 'message')
    parentPort.deliver({ data: message.data, ports: message.ports.map((id) => new RelayedPort(id)) });
  else if (message.kind === 'port-message') ports.get(message.id)?.deliver(message.data);
  else if (message.kind === 'port-close') {
    const port = ports.get(message.id);
    ports.delete(message.id);
    port?.emit('close');
  }
});
process.on('disconnect', () => process.exit(0));

/**
 * The other half lies beside this one: the kind is enough.
 * @param {unknown} message
 * @returns {message is Relayed}
 */
function isRelayed(message) {
  return typeof message === 'object' && message !== null && 'kind' in message;
}

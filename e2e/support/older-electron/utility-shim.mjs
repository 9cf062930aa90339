/**
 * Preloaded into the core's Node by relay.cjs: gives it Electron's `process.parentPort`, and ports, on top of the messages
 * of a child process.
 */
import { EventEmitter } from 'node:events';

const ports = new Map();

class RelayedPort extends EventEmitter {
  #id;
  #isStarted = false;
  #waiting = [];
  constructor(id) {
    super();
    this.#id = id;
    ports.set(id, this);
  }
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
  deliver(data) {
    if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }
}

/** Messages wait for the first listener, as in Electron: the core's own modules load after this file. */
class ParentPort extends EventEmitter {
  #waiting = [];
  constructor() {
    super();
    this.on('newListener', (name) => {
      if (name === 'message') queueMicrotask(() => this.#waiting.splice(0).forEach((event) => this.emit('message', event)));
    });
  }
  postMessage(data) {
    send({ kind: 'message', data });
  }
  deliver(event) {
    if (this.listenerCount('message') > 0 && this.#waiting.length === 0) this.emit('message', event);
    else this.#waiting.push(event);
  }
}

function send(message) {
  if (process.connected) process.send(message);
}

const parentPort = new ParentPort();
process.parentPort = parentPort;
process.type = 'utility';
process.on('message', (message) => {
  if (message.kind === 'message') parentPort.deliver({ data: message.data, ports: message.ports.map((id) => new RelayedPort(id)) });
  else if (message.kind === 'port-message') ports.get(message.id)?.deliver(message.data);
  else if (message.kind === 'port-close') {
    const port = ports.get(message.id);
    ports.delete(message.id);
    port?.emit('close');
  }
});
process.on('disconnect', () => process.exit(0));

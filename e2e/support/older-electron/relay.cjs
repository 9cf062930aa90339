/**
 * Runs inside the older Electron's utility process, whose Node is too old for the core. Runs the core's own bundle on the
 * project's Node and hands every message, port and port message through; utility-shim.mjs is the other half.
 */
const { fork } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');

const [entry, ...args] = process.argv.slice(2);
// A utility process of a packed app ignores it, by a fuse; the Node that stands for it here would not.
const { NODE_OPTIONS, ...env } = process.env;
const core = fork(entry, args, {
  env,
  execPath: process.env.BSDM_E2E_NODE,
  execArgv: ['--import', path.join(__dirname, 'utility-shim.mjs')],
  serialization: 'advanced',
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});

const ports = new Map();
let lastId = 0;

function send(message) {
  if (core.connected) core.send(message);
}

function adopt(port) {
  const id = ++lastId;
  ports.set(id, port);
  port.on('message', ({ data }) => send({ kind: 'port-message', id, data }));
  port.on('close', () => {
    ports.delete(id);
    send({ kind: 'port-close', id });
  });
  return id;
}

process.parentPort.on('message', ({ data, ports: given }) => {
  send({ kind: 'message', data, ports: given.map(adopt) });
  for (const port of given) port.start();
});

core.on('message', (message) => {
  if (message.kind === 'message') process.parentPort.postMessage(message.data);
  else if (message.kind === 'port-message') ports.get(message.id)?.postMessage(message.data);
  else if (message.kind === 'port-close') ports.get(message.id)?.close();
});
core.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));

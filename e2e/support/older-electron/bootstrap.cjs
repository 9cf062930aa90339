/**
 * Entry of the older Electron (its resources/app): gives it what the product's version has and this one lacks, then loads the
 * built main file untouched. Two gaps: `protocol.handle` with `Response`, and a Node in utility processes that is too old for
 * the core. Paths come in BSDM_E2E_MAIN (built main), BSDM_E2E_RELAY (relay.cjs) and
 * BSDM_E2E_NODE (the project's Node).
 */
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Readable } = require('node:stream');
const electron = require('electron');

const { BSDM_E2E_MAIN: main = ownMain(), BSDM_E2E_RELAY: relay } = process.env;

/** The app starts itself once more, with an environment from which our variables were taken: main is where a packed app has it. */
function ownMain() {
  const packed = path.join(__dirname, 'out', 'electron', 'main.cjs');
  return fs.existsSync(packed) ? packed : require('./main.json');
}

/** As much of the web's Response as an `app://` handler makes. */
class PlainResponse {
  constructor(body, { status = 200, headers = {} } = {}) {
    this.body = body;
    this.status = status;
    this.headers = { ...headers };
  }
}
globalThis.Response ??= PlainResponse;

function handle(scheme, handler) {
  electron.protocol.registerStreamProtocol(scheme, async (request, done) => {
    try {
      const response = await handler({
        url: request.url,
        method: request.method,
        headers: new Map(Object.entries(request.headers)),
      });
      done({
        statusCode: response.status,
        headers: response.headers,
        data: Readable.from([Buffer.from(response.body)]),
      });
    } catch (error) {
      done({ statusCode: 500, data: Readable.from([String(error)]) });
    }
  });
}

/** The real object with some members replaced; methods stay bound to the real one. */
function withMembers(target, members) {
  return new Proxy(target, {
    get(object, key) {
      if (Object.hasOwn(members, key)) return members[key];
      const value = object[key];
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });
}

// Not through withMembers: binding would break classes such as BrowserWindow, and tests replace members of `shell`.
const replaced = {
  protocol: withMembers(electron.protocol, { handle }),
  utilityProcess: {
    fork: (entry, args = [], options = {}) => electron.utilityProcess.fork(relay, [entry, ...args], options),
  },
};
const patched = new Proxy(electron, {
  get: (object, key) => (Object.hasOwn(replaced, key) ? replaced[key] : object[key]),
});

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === 'electron' ? patched : load.call(this, request, ...rest);
};
require(main);

/** The control API's calls about browsers started here and about stores of trust. */
import { clientVariables } from '../contract/client-environment.ts';
import type { CommandName } from '../contract/commands.ts';
import { jsonObject, type RestCall } from './rest-call.ts';
import { toSnakeCase } from './rest-json.ts';
import { call } from './serve.ts';

const withBody =
  (name: CommandName): RestCall['run'] =>
  async (deps, { body }) => ({ json: toSnakeCase(await call(deps.handlers, name, jsonObject(body))) });

const switching =
  (name: 'systemProxy.on' | 'systemProxy.off'): RestCall['run'] =>
  async (deps, { body }) => {
    const { dry_run: dryRun } = body === undefined ? {} : jsonObject(body);
    return { json: toSnakeCase(await call(deps.handlers, name, dryRun === undefined ? {} : { dryRun })) };
  };

export const CLIENT_CALLS: readonly RestCall[] = [
  {
    method: 'GET',
    path: '/api/clients',
    summary: 'Browsers of this machine, and those started here',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['clients.list']({})) }),
  },
  {
    method: 'POST',
    path: '/api/clients/launch',
    summary: 'Start a browser on a profile of its own: {"family": "chromium", "url"?, "headless"?}',
    run: withBody('clients.launch'),
  },
  {
    method: 'POST',
    path: '/api/clients/close',
    summary: 'End a browser started here, and remove its profile: {"id": 1}',
    run: withBody('clients.close'),
  },
  {
    method: 'POST',
    path: '/api/clients/test',
    summary: "Ask for a page of the proxy's own through the proxy, as a client would; nothing of the network is needed",
    run: withBody('clients.test'),
  },
  {
    method: 'GET',
    path: '/api/clients/environment',
    summary: 'Variables of a program that goes through the proxy, and files it may be pointed at',
    run: async (deps) => {
      const setup = await deps.handlers['clients.environment']({});
      return { json: { ...(toSnakeCase(setup) as object), variables: Object.fromEntries(clientVariables(setup)) } };
    },
  },
  {
    method: 'POST',
    path: '/api/clients/terminal',
    summary: 'Open a terminal whose shell has that environment',
    run: async (deps) => ({ json: await deps.handlers['clients.terminal']({}) }),
  },
  {
    method: 'GET',
    path: '/api/system-proxy',
    summary: 'Where the programs of this desktop are led, and what somebody else has changed since',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['systemProxy.status']({})) }),
  },
  {
    method: 'POST',
    path: '/api/system-proxy/on',
    summary: 'Lead them through this proxy: {"dry_run"?}; answers the lines',
    run: switching('systemProxy.on'),
  },
  {
    method: 'POST',
    path: '/api/system-proxy/off',
    summary: 'Put back what was set before: {"dry_run"?}; answers the lines',
    run: switching('systemProxy.off'),
  },
  {
    method: 'GET',
    path: '/api/trust',
    summary: 'Stores of trust on this machine: state, and the lines that put the CA in and take it out',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['trust.list']({})) }),
  },
  {
    method: 'POST',
    path: '/api/trust/install',
    summary: 'Put the CA into a store: {"store": "nss"}',
    run: withBody('trust.install'),
  },
  {
    method: 'POST',
    path: '/api/trust/remove',
    summary: 'Take every CA of this program out of a store: {"store": "nss"}',
    run: withBody('trust.remove'),
  },
];

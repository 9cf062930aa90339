/** The control API's calls about interception and its CA. */
import type { CommandHandlers } from '../contract/commands.ts';
import { given, jsonObject, type RestCall } from './rest-call.ts';
import { toSnakeCase } from './rest-json.ts';
import { settingsJson } from './rest-settings.ts';
import { call } from './serve.ts';

const TYPES: Record<string, string> = {
  pem: 'application/x-pem-file',
  der: 'application/x-x509-ca-cert',
  pkcs12: 'application/x-pkcs12',
};

export const HTTPS_CALLS: readonly RestCall[] = [
  {
    method: 'GET',
    path: '/api/interception',
    summary: 'Mode, handshakes, and the hosts whose clients refused',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['interception.status']({})) }),
  },
  {
    method: 'POST',
    path: '/api/interception/tunnel-host',
    summary: 'Leave the tunnels to a host alone from now on: {"host": "name"}',
    run: async (deps, { body: raw }) => ({
      json: settingsJson(
        (await call(deps.handlers, 'interception.tunnelHost', { host: jsonObject(raw)['host'] })) as Awaited<
          ReturnType<CommandHandlers['interception.tunnelHost']>
        >,
      ),
    }),
  },
  {
    method: 'GET',
    path: '/api/ca',
    summary: 'The CA that signs for interception',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['ca.info']({})) }),
  },
  {
    method: 'GET',
    path: '/api/ca/certificate',
    summary: 'The CA certificate, made if there is none',
    query: { format: 'pem, der or pkcs12; pem when left out', password: 'of the PKCS#12 file; changeit when left out' },
    run: async (deps, { query }) => {
      const format = query.get('format') ?? 'pem';
      const result = (await call(
        deps.handlers,
        'ca.export',
        given({ format, password: query.get('password') }),
      )) as Awaited<ReturnType<CommandHandlers['ca.export']>>;
      return { bytes: result.bytes, type: TYPES[format] ?? 'application/octet-stream' };
    },
  },
  {
    method: 'POST',
    path: '/api/ca/renew',
    summary: 'Make a new CA in the place of the old one',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['ca.renew']({})) }),
  },
  {
    method: 'DELETE',
    path: '/api/ca',
    summary: 'Remove the CA made here',
    run: async (deps) => ({ json: await deps.handlers['ca.remove']({}) }),
  },
];

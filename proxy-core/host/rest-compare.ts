/** The control API's call that puts two exchanges or stored responses beside each other. */
import { jsonObject, type RestCall } from './rest-call.ts';
import { toSnakeCase } from './rest-json.ts';
import { call } from './serve.ts';

export const COMPARE_CALLS: readonly RestCall[] = [
  {
    method: 'POST',
    path: '/api/compare',
    summary:
      'Two exchanges or stored responses beside each other, and which differences count for the cache: {"left", "right"}, each {"exchange": number} or {"entry": number}',
    run: async ({ handlers }, { body }) => ({
      json: toSnakeCase(await call(handlers, 'compare.get', jsonObject(body))),
    }),
  },
];

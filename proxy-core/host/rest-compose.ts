/** The control API's calls that send requests. A request has the form of the contract, both ways. */
import type { ComposeRun } from '../contract/compose/composed.ts';
import { given, jsonObject, number, type RestAnswer, type RestCall } from './rest-call.ts';
import { exchangeId } from './rest-events.ts';
import { toSnakeCase } from './rest-json.ts';
import { call } from './serve.ts';

function runJson({ request, ...rest }: ComposeRun): object {
  return { ...(toSnakeCase(rest) as object), request };
}

const answer = async (run: Promise<unknown>): Promise<RestAnswer> => ({ json: runJson((await run) as ComposeRun) });

export const COMPOSE_CALLS: readonly RestCall[] = [
  {
    method: 'POST',
    path: '/api/compose',
    summary:
      'Send a request through the proxy: {"request": {"method", "url", "fields", "body"?}, "cache"?: use, refresh or past, "times"?, "together"?, "wait_ms"?}',
    run: ({ handlers }, { body }) => {
      const { wait_ms: waitMs, ...rest } = jsonObject(body);
      return answer(call(handlers, 'compose.send', given({ ...rest, waitMs })));
    },
  },
  {
    method: 'GET',
    path: '/api/compose',
    summary: 'What was sent, oldest first',
    run: async ({ handlers }) => ({ json: { runs: (await handlers['compose.runs']({})).runs.map(runJson) } }),
  },
  {
    method: 'GET',
    path: '/api/compose/{id}',
    summary: 'One run, and what became of its exchanges',
    query: { wait_ms: 'wait for its end, at most 60000' },
    run: ({ handlers }, { path, query }) =>
      answer(call(handlers, 'compose.run', given({ id: Number(path['id']), waitMs: number(query, 'wait_ms') }))),
  },
  {
    method: 'POST',
    path: '/api/compose/{id}/stop',
    summary: 'End what of a run is under way',
    run: ({ handlers }, { path }) => answer(call(handlers, 'compose.stop', { id: Number(path['id']) })),
  },
  {
    method: 'POST',
    path: '/api/compose/curl',
    summary: 'Read a command line of curl: {"text": "curl …"}',
    run: async ({ handlers }, { body }) => ({ json: await call(handlers, 'compose.curl', jsonObject(body)) }),
  },
  {
    method: 'POST',
    path: '/api/events/{id}/compose',
    summary: 'The request of a captured exchange, in the form that /api/compose takes',
    run: async ({ handlers }, { path }) => ({
      json: await handlers['compose.fromExchange'](exchangeId(path['id']!)),
    }),
  },
];

/** Sessions in the control API: captured exchanges as a HAR file, HAR files opened as sessions. */
import { CommandError } from '../contract/errors.ts';
import type { OpenedSession } from '../contract/sessions.ts';
import { given, jsonObject, type RestAnswer, type RestCall, type RestDeps, type RestRequest } from './rest-call.ts';
import { toSnakeCase } from './rest-json.ts';
import { call } from './serve.ts';

function flag(query: URLSearchParams, name: string, fallback: boolean): boolean {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  if (text !== 'true' && text !== 'false')
    throw new CommandError('bad-params', `${name} takes true or false, not ${JSON.stringify(text.slice(0, 80))}`);
  return text === 'true';
}

/** `ids` of the query: numbers with commas between them. */
function idsOf(query: URLSearchParams): number[] | undefined {
  const text = query.get('ids');
  if (text === null || text === '') return undefined;
  const parts = text.split(',');
  if (!parts.every((part) => /^\d{1,15}$/.test(part)))
    throw new CommandError(
      'bad-params',
      `ids takes numbers with commas between, not ${JSON.stringify(text.slice(0, 80))}`,
    );
  return parts.map(Number);
}

/** The file, as the client takes it. */
async function har(deps: RestDeps, { query }: RestRequest): Promise<RestAnswer> {
  const secrets = query.get('secrets') ?? 'blank';
  if (secrets !== 'blank' && secrets !== 'keep')
    throw new CommandError('bad-params', `secrets takes blank or keep, not ${JSON.stringify(secrets.slice(0, 80))}`);
  const gzip = flag(query, 'gzip', false);
  const wanted = given({
    q: query.get('q'),
    session: query.get('session'),
    ids: idsOf(query),
    blank: secrets === 'blank',
    gzip,
  });
  const { id } = (await call(deps.handlers, 'har.begin', wanted)) as { id: number };
  const read = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const { bytes } = await deps.handlers['har.read']({ id });
        if (bytes.length === 0) return;
        yield bytes;
      }
    } finally {
      await deps.handlers['har.end']({ id });
    }
  };
  return { stream: read(), type: gzip ? 'application/gzip' : 'application/json' };
}

const sessionJson = (session: OpenedSession): object => toSnakeCase(session) as object;

export const SESSION_CALLS: readonly RestCall[] = [
  {
    method: 'GET',
    path: '/api/events.har',
    summary: 'Captured exchanges as a HAR file, oldest first; secrets are blanked unless they are to be kept',
    query: {
      q: 'filter as in the window, docs/filter.md',
      ids: 'only these: numbers with commas between',
      secrets: 'blank (default) or keep',
      gzip: 'true: packed, as a .har.gz',
      session: 'whose exchanges; of the running core when left out',
    },
    run: har,
  },
  {
    method: 'GET',
    path: '/api/sessions',
    summary: 'HAR files that are open, and how far they are read',
    run: async ({ handlers }) => ({
      json: { sessions: (await handlers['session.list']({})).sessions.map(sessionJson) },
    }),
  },
  {
    method: 'POST',
    path: '/api/sessions',
    summary:
      'Open a HAR file of this machine: {"path", "wait"?: false answers before all of it is read}; its id is the session of other calls',
    run: async ({ handlers }, { body }) => {
      const { path, wait = true } = jsonObject(body);
      return { json: sessionJson((await call(handlers, 'session.open', { path, wait })) as OpenedSession) };
    },
  },
  {
    method: 'DELETE',
    path: '/api/sessions/{id}',
    summary: 'Close it; ends the reading of one that is not whole yet',
    run: async ({ handlers }, { path }) => ({ json: await call(handlers, 'session.close', { id: path['id'] }) }),
  },
];

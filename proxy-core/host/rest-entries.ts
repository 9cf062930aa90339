/** Stored responses in the control API: found by cache key and `entry_id`, shown in snake_case. */
import { entryNumber, isEntryRef, makeEntryId, type EntryId } from '../contract/entry-id.ts';
import type { EntrySummary } from '../contract/entry.ts';
import { CommandError } from '../contract/errors.ts';
import type { RestAnswer, RestDeps, RestRequest } from './rest-call.ts';
import { toSnakeCase } from './rest-json.ts';

/** The API's view of an entry: `entry_id` beside the key, `stored_at` in unix seconds as the event record has it. */
export function entryJson(entry: EntrySummary): Record<string, unknown> {
  const { id, storedAtMs, lifetimeSeconds, lastUsedAtMs, etag, lastModified, ...rest } = entry;
  return {
    entry_id: id,
    ...(toSnakeCase(rest) as Record<string, unknown>),
    stored_at: storedAtMs / 1000,
    lifetime_seconds: lifetimeSeconds,
    last_used: lastUsedAtMs / 1000,
    validators: {
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { last_modified: lastModified }),
    },
  };
}

/** The entry that `<session>-<n>` or the number of one of this session names. */
function entryOf({ sessionId }: RestDeps, text: string): EntryId {
  const ref = /^\d{1,15}$/.test(text) ? Number(text) : text;
  if (!isEntryRef(ref))
    throw new CommandError(
      'bad-params',
      `entry_id takes a number or SESSION-NUMBER, not ${JSON.stringify(text.slice(0, 80))}`,
    );
  return makeEntryId(sessionId, entryNumber(ref, sessionId));
}

/** All variants under a hex key, or the one that `entry_id` names. */
export async function entriesOf(deps: RestDeps, request: RestRequest): Promise<EntrySummary[]> {
  const cacheKey = request.path['cache_key']!;
  if (!/^[0-9a-f]{64}$/.test(cacheKey))
    throw new CommandError('bad-params', `a cache key is 64 hex digits, not ${JSON.stringify(cacheKey.slice(0, 80))}`);
  const { entries, removed } = await deps.handlers['entry.byKey']({ cacheKey });
  const text = request.query.get('entry_id') ?? '';
  const wanted = text === '' ? undefined : entryOf(deps, text);
  const found = wanted === undefined ? entries : entries.filter((entry) => entry.id === wanted);
  if (found.length === 0) {
    const last = removed.at(-1);
    throw last
      ? new CommandError(
          'gone',
          `the entry was removed at ${new Date(last.atMs).toISOString()} (${last.why}${last.by === undefined ? '' : ` by ${last.by}`})`,
        )
      : new CommandError('not-found', 'nothing is stored under this key', 'GET /api/cache/entries lists what is.');
  }
  return found;
}

/** The one entry meant: 409 where several variants are and none is named. */
export async function oneEntry(deps: RestDeps, request: RestRequest): Promise<EntrySummary> {
  const [first, ...more] = await entriesOf(deps, request);
  if (more.length > 0)
    throw new CommandError(
      'conflict',
      `${more.length + 1} variants are stored under this key`,
      'Name one with ?entry_id=SESSION-NUMBER.',
    );
  return first!;
}

/** What a purge took, as the API names it. */
export const purgeJson = (result: unknown): RestAnswer => {
  const { entries, ...rest } = toSnakeCase(result) as { entries: number };
  return { json: { evicted: entries, ...rest } };
};

/** The commands about stored responses, their times told by the time of day. */
import { BODY_SLICE_BYTES, type CommandHandlers } from '../../contract/commands.ts';
import { DecodedBodies } from '../../content/decode.ts';
import type { UserValidation, ValidationAnswer } from '../plan.ts';
import type { WallTimes } from '../wall-times.ts';
import type { CacheAdmin } from './admin.ts';

type EntryCommand = Extract<keyof CommandHandlers, `entry.${string}` | `cache.${string}`>;

/** Removals told when a command does not say how many. */
const REMOVED_TOLD = 100;

export interface EntryCommandsOptions {
  admin: CacheAdmin;
  wall: WallTimes;
  /** Core time, ms. */
  now: () => number;
  /** Asks the origin about a stored response. Never rejects. */
  revalidate: (validation: UserValidation) => Promise<ValidationAnswer>;
}

/** Handlers of `entry.*` and `cache.*`. */
export function entryCommands(options: EntryCommandsOptions): Pick<CommandHandlers, EntryCommand> {
  const { admin, wall, now } = options;
  const decoded = new DecodedBodies();
  return {
    'entry.list': async ({ q, ...query }) => {
      const found = q === undefined ? admin.list(query) : await admin.search({ ...query, q });
      return { ...found, entries: found.entries.map((entry) => wall.entry(entry)) };
    },
    'entry.ids': async (query) => ({ ids: await admin.ids(query) }),
    'entry.known': ({ ids }) => ({ ids: admin.known(ids) }),
    'entry.get': ({ id }) => wall.detail(admin.get(id)),
    'entry.byKey': ({ cacheKey }) => {
      const { entries, removed } = admin.byKey(cacheKey);
      return { entries: entries.map((entry) => wall.entry(entry)), removed: wall.removed(removed) };
    },
    'entry.body': ({ id, decode = false, offset = 0, length = BODY_SLICE_BYTES }) => {
      const bytes = admin.body(id);
      if (decode) {
        const { entry, fields } = admin.get(id);
        const encoding = fields.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
        const sent = { length: bytes.length, read: (at: number, many: number) => bytes.subarray(at, at + many) };
        return decoded.read(`${entry.id} ${entry.storedAtMs} ${bytes.length}`, sent, encoding, { offset, length });
      }
      return { meta: { offset, total: bytes.length }, bytes: bytes.subarray(offset, offset + length) };
    },
    'entry.evict': ({ ids }) => wall.purged(admin.purge({ ids }, false, now())),
    'entry.pin': ({ id, pinned }) => wall.entry(admin.pin(id, pinned, now())),
    'entry.setLifetime': ({ id, seconds }) => wall.entry(admin.setLifetime(id, seconds, now())),
    'entry.makeStale': ({ id }) => wall.entry(admin.makeStale(id, now())),
    'entry.revalidate': async ({ id }) => {
      const start = admin.validationFor(id);
      const answer = await options.revalidate(start);
      return wall.revalidated(admin.validated(start, answer, now()));
    },
    'cache.purge': ({ selector, dryRun }) => wall.purged(admin.purge(selector, dryRun, now())),
    'cache.undo': ({ token }) => admin.undo(token, now()),
    'cache.removed': ({ limit }) => wall.removed(admin.removed(limit ?? REMOVED_TOLD)),
  };
}

/** The commands about captured exchanges: each asks the session it names, the live one when it names none. */
import { BODY_SLICE_BYTES, type CommandHandlers } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import { DecodedBodies } from '../content/decode.ts';
import { filterOf } from '../contract/filter/query.ts';
import { TRAFFIC } from '../contract/filter/scopes.ts';
import type { Reading } from '../contract/filter/terms.ts';
import type { LiveSession } from './live-session.ts';
import type { Sessions } from './session.ts';

/** What would have been a hit is asked of the cache's decisions. */
type CaptureCommand = Exclude<
  Extract<keyof CommandHandlers, `exchange.${string}` | `capture.${string}`>,
  'exchange.fix'
>;

/** Told when the capture was paused or goes on, and when much of it was let go. */
export interface CaptureTold {
  paused(): void;
  cleared(): void;
}

/** Handlers of `exchange.*` and `capture.*`. */
export function captureCommands(
  sessions: Sessions<LiveSession>,
  told: CaptureTold,
  decoded = new DecodedBodies(),
): Pick<CommandHandlers, CaptureCommand> {
  return {
    'exchange.list': ({ session, q, ...query }) => {
      const asked = sessions.get(session);
      return q === undefined ? asked.list(query) : asked.search({ ...query, q });
    },
    'exchange.probe': async ({ session, terms, ids }) => ({
      masks: await sessions.get(session).probe(terms.map(readingOf), ids),
    }),
    'exchange.label': ({ ids, session, ...change }) => ({
      labelled: sessions.live(session, 'written to').label(ids, change),
    }),
    'exchange.get': async ({ id, session }) => {
      const detail = await sessions.get(session).detail(id);
      if (!detail) throw noExchange(id);
      return detail;
    },
    'exchange.body': async ({ id, side, session, decode = false, offset = 0, length = BODY_SLICE_BYTES }) => {
      const asked = sessions.get(session);
      const body = await asked.body(id, side);
      if (!body) {
        if (!(await asked.detail(id))) throw noExchange(id);
        throw new CommandError('not-found', `no ${side} body was captured for exchange ${id}`);
      }
      if (body.dropped)
        throw new CommandError(
          'gone',
          `the ${side} body of exchange ${id} was dropped to make room`,
          'The setting captureBodyBytes says how much is kept.',
        );
      if (decode) {
        const detail = await asked.detail(id);
        const info = side === 'request' ? detail?.requestBody : detail?.responseBody;
        const { kept } = body;
        const sent = { length: kept, read: (at: number, bytes: number) => body.read(at, Math.min(bytes, kept - at)) };
        return decoded.read(
          `${asked.id} ${id} ${side} ${kept}`,
          sent,
          body.isPlain === true ? undefined : info?.encoding,
          { offset, length },
        );
      }
      return { meta: { offset, total: body.kept }, bytes: await body.read(offset, length) };
    },
    'exchange.messages': async ({ id, session, ...query }) => {
      const asked = sessions.get(session);
      const page = await asked.messages(id, query);
      if (page) return page;
      if (!(await asked.detail(id))) throw noExchange(id);
      return { rows: [], total: 0, seen: 0, dropped: 0, problems: {} };
    },
    'exchange.message': async ({ id, n, session, offset = 0, length = BODY_SLICE_BYTES }) => {
      const body = await sessions.get(session).message(id, n);
      if (!body) throw new CommandError('not-found', `message ${n} of exchange ${id} is not captured`);
      if (body.dropped) throw new CommandError('gone', `message ${n} of exchange ${id} was dropped to make room`);
      return { meta: { offset, total: body.kept }, bytes: await body.read(offset, length) };
    },
    'capture.pause': ({ paused, session }) => {
      sessions.live(session, 'paused').setPaused(paused);
      told.paused();
      return { paused };
    },
    'capture.clear': ({ session, undoable = false }) => {
      const live = sessions.live(session, 'cleared');
      if (undoable) return live.setAside();
      const cleared = live.clear();
      told.cleared();
      return { cleared };
    },
    'capture.undoClear': ({ session }) => ({ restored: sessions.live(session, 'cleared').bringBack() }),
  };
}

/** The one reading that a term is. */
function readingOf(term: string): Reading {
  const [reading, ...more] = filterOf(term, TRAFFIC)?.readings ?? [];
  if (reading === undefined || more.length > 0)
    throw new CommandError('bad-params', `${JSON.stringify(term.slice(0, 80))} is no term about a field or a body`);
  return reading;
}

/** The error of an exchange that a session does not have. */
function noExchange(id: number): CommandError {
  return new CommandError('not-found', `exchange ${id} is not captured (it never was, or it was dropped to make room)`);
}

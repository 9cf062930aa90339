/** The commands that send requests of a person's own. */
import { Fields, wholeOf } from '../rules/value-checks.ts';
import {
  COMPOSE_LIMITS,
  type ComposedFromExchange,
  type ComposeRun,
  type ReadCurl,
  type SendOptions,
} from './composed.ts';
import { parseSendOptions } from './parse-composed.ts';

export interface ComposeCommandMap {
  /** Sends a request through the proxy, once or several times; answers when all have ended, or `waitMs` are over. */
  'compose.send': { params: SendOptions; result: ComposeRun };
  /** What was sent, oldest first. */
  'compose.runs': { params: Record<string, never>; result: { runs: ComposeRun[] } };
  /** One run; `waitMs` waits for its end. */
  'compose.run': { params: { id: number; waitMs?: number }; result: ComposeRun };
  /** Ends what of it is under way. */
  'compose.stop': { params: { id: number }; result: ComposeRun };
  /** A command line of curl as a request. */
  'compose.curl': { params: { text: string }; result: ReadCurl };
  /** The request of a captured exchange, to be sent again. */
  'compose.fromExchange': { params: { id: number; session?: string }; result: ComposedFromExchange };
}

/** Turns what came over a wire into parameters; throws `Wrong`. */
export const COMPOSE_PARSERS: {
  [N in keyof ComposeCommandMap]: (raw: unknown) => ComposeCommandMap[N]['params'];
} = {
  'compose.send': parseSendOptions,
  'compose.runs': () => ({}),
  'compose.run': (raw) => {
    const fields = new Fields(raw, 'an object');
    const waitMs = fields.optional('waitMs', (key) => fields.read(key, wholeOf(0, COMPOSE_LIMITS.waitMs)));
    return { id: fields.read('id', wholeOf(1, Number.MAX_SAFE_INTEGER)), ...(waitMs !== undefined && { waitMs }) };
  },
  'compose.stop': (raw) => ({ id: new Fields(raw, 'an object').read('id', wholeOf(1, Number.MAX_SAFE_INTEGER)) }),
  'compose.curl': (raw) => ({ text: new Fields(raw, 'an object').text('text', 0, COMPOSE_LIMITS.content) }),
  'compose.fromExchange': (raw) => {
    const fields = new Fields(raw, 'an object');
    const session = fields.optional('session', (key) => fields.text(key, 0, 64));
    return { id: fields.read('id', wholeOf(1, Number.MAX_SAFE_INTEGER)), ...(session !== undefined && { session }) };
  },
};

/** The command that puts two exchanges or stored responses beside each other: records come from the capture, what counts from the decisions. */
import type { CommandHandlers } from '../../contract/commands.ts';
import { alignFields } from '../../contract/compare/align.ts';
import type { CompareRef, CompareSide, Life } from '../../contract/compare/compare.ts';
import type { EntryRef } from '../../contract/entry-id.ts';
import type { FieldLine } from '../../contract/exchange.ts';
import type { CannotCode } from '../../contract/fix/fix.ts';
import { Head } from '../../http/head.ts';
import { findSingleDifference } from '../decide/neighbours.ts';
import { situationOf } from '../fix/situation.ts';
import type { CachePolicy } from '../plan.ts';
import { differencesOf, keep, lifeOf, reuseOf, type Messages } from './what-if.ts';

export interface CompareCommandsOptions {
  exchange: CommandHandlers['exchange.get'];
  exchangeBody: CommandHandlers['exchange.body'];
  entry: CommandHandlers['entry.get'];
  entryBody: CommandHandlers['entry.body'];
  policy: () => CachePolicy;
}

interface Read {
  side: CompareSide;
  messages: Messages | CannotCode;
  requestFields: FieldLine[];
  responseFields: FieldLine[];
  /** What is kept of the response's content, and how long it is; undefined when it is not all there. */
  content: () => Promise<Uint8Array | undefined>;
}

/** Handler of `compare.get`. */
export function compareCommands(options: CompareCommandsOptions): Pick<CommandHandlers, 'compare.get'> {
  const { policy } = options;

  async function readExchange(ref: Extract<CompareRef, { exchange: number }>): Promise<Read> {
    const asked = { id: ref.exchange, ...(ref.session !== undefined && { session: ref.session }) };
    const detail = await options.exchange(asked);
    const { row, timing } = detail;
    const situation = situationOf(detail, policy());
    const messages = typeof situation === 'string' ? situation : { ...situation, request: situation.again };
    return {
      side: {
        ref,
        method: row.method,
        url: row.url,
        cacheKey: row.cacheKey,
        atMs: row.startedAtMs,
        ...(row.status !== undefined && { status: row.status }),
        ...(row.outcome !== undefined && { outcome: row.outcome }),
        ...(row.durationMs !== undefined && { durationMs: row.durationMs }),
        ...(row.contentType !== undefined && { mediaType: row.contentType }),
        timing,
        bodyBytes: row.responseBytes,
        life: told(messages),
      },
      messages,
      requestFields: detail.requestFields,
      responseFields: detail.responseFields,
      content: async () => {
        if (detail.responseBody.kept < detail.responseBody.bytes) return undefined;
        const { bytes, meta } = await options.exchangeBody({ ...asked, side: 'response' });
        return bytes.length < meta.total ? undefined : bytes;
      },
    };
  }

  async function readEntry(ref: Extract<CompareRef, { entry: EntryRef }>): Promise<Read> {
    const { entry, fields, varyBy, lifetimeSource } = await options.entry({ id: ref.entry });
    const { method, url, storedAtMs, status } = entry;
    const messages: Messages = {
      request: { method, url, head: new Head(varyBy.flat()), hasBody: false },
      response: {
        status,
        statusText: '',
        head: new Head(fields.flat()),
        requestAtMs: storedAtMs,
        responseAtMs: storedAtMs,
      },
      bodyBytes: entry.bodyBytes,
    };
    return {
      side: {
        ref,
        method,
        url,
        cacheKey: entry.cacheKey,
        atMs: storedAtMs,
        status,
        ...(entry.contentType !== undefined && { mediaType: entry.contentType }),
        bodyBytes: entry.bodyBytes,
        // As it lies there, whatever would be decided now.
        life: {
          kind: 'stored',
          lifetimeSeconds: entry.lifetimeSeconds,
          source: lifetimeSource,
          ageSeconds: Math.floor(entry.ageSeconds),
          variesBy: varyBy.map(([name]) => name),
        },
      },
      messages,
      requestFields: varyBy,
      responseFields: fields,
      content: async () => {
        const { bytes, meta } = await options.entryBody({ id: ref.entry });
        return bytes.length < meta.total ? undefined : bytes;
      },
    };
  }

  const told = (messages: Messages | CannotCode): Life =>
    typeof messages === 'string' ? { kind: 'none', code: messages } : lifeOf(messages, policy());
  const read = (ref: CompareRef): Promise<Read> => ('entry' in ref ? readEntry(ref) : readExchange(ref));

  return {
    'compare.get': async (pair) => {
      const [left, right] = await Promise.all([read(pair.left), read(pair.right)]);
      const [was, is] = await Promise.all([left.content(), right.content()]);
      const sameContent = was === undefined || is === undefined ? null : Buffer.compare(was, is) === 0;
      const url = findSingleDifference(left.side.url, right.side.url);
      const both =
        typeof left.messages === 'string' || typeof right.messages === 'string'
          ? undefined
          : { left: left.messages, right: right.messages };
      const kept = both === undefined ? undefined : keep(both.left, policy());
      return {
        left: left.side,
        right: right.side,
        request: alignFields(left.requestFields, right.requestFields),
        response: alignFields(left.responseFields, right.responseFields),
        sameKey: left.side.url === right.side.url,
        ...(url !== undefined && { url }),
        sameContent,
        reuse:
          both === undefined || kept?.entry === undefined
            ? null
            : reuseOf(kept, both.left.request.url, both.right.request, policy(), both.left.response.responseAtMs),
        differences: both === undefined ? [] : differencesOf(both.left, both.right, policy(), sameContent),
      };
    },
  };
}

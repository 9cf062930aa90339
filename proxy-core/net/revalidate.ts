/** Asks an origin once, outside any client's exchange, and collects the answer up to a limit. */
import type { CacheResponse } from '../cache/plan.ts';
import { stripHopByHop } from '../http/hop-by-hop.ts';
import { parseTarget } from '../http/target.ts';
import type { FieldList } from '../http/fields.ts';
import type { OriginClient } from './origin-client.ts';

export type AskResult = { ok: true; response: CacheResponse; body: Uint8Array } | { ok: false; message: string };

/** GETs `url` with these fields. A body over `maxBytes` is a failure, for it could not be compared. */
export function askOrigin(client: OriginClient, url: string, fields: FieldList, maxBytes: number, now: () => number): Promise<AskResult> {
  const parsed = parseTarget(url);
  if (!parsed.ok) return Promise.resolve({ ok: false, message: parsed.problem });
  const { origin, path } = parsed.target;
  const requestAtMs = now();
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    let response: CacheResponse | undefined;
    const call = client.send(
      { method: 'GET', origin, path, fields, body: null },
      {
        onDispatched: () => undefined,
        onInterim: () => undefined,
        onHead: (status, statusText, raw) => {
          response = { status, statusText, fields: stripHopByHop(raw), requestAtMs, responseAtMs: now() };
        },
        onData: (chunk) => {
          bytes += chunk.length;
          if (bytes <= maxBytes) chunks.push(chunk);
          else {
            call.abort();
            resolve({ ok: false, message: `GET ${url}: the new body is larger than ${maxBytes} bytes, the most that is stored` });
          }
        },
        onEnd: () => resolve(response === undefined ? { ok: false, message: `GET ${url}: no answer` } : { ok: true, response, body: Buffer.concat(chunks) }),
        onFailed: (failure) => resolve({ ok: false, message: failure.text }),
      },
    );
  });
}

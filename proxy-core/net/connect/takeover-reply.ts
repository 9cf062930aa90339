/** Replies on a connection that was taken over from the HTTP server: a head with this proxy's fields, and a refusal as a page. */
import { STATUS_CODES } from 'node:http';
import { PROXY_ERRORS, type ProxyErrorCode } from '../../contract/errors.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { FieldList } from '../../http/fields.ts';
import { buildPage } from '../exchange/local-pages.ts';
import type { Ending } from '../exchange/outcome.ts';
import { buildCacheStatus, buildProxyStatus, withProxyFields } from '../exchange/reply-fields.ts';
import type { ClientTakeover } from '../front/front.ts';
import { wireHead } from '../front/wire-text.ts';
import { hangUp, type TakeoverGuard } from './takeover-guard.ts';

interface ReplyDeps {
  now: () => number;
  statusFields: () => boolean;
  via: (httpVersion: string) => string;
}

/** A connection that was taken over, and the record of what becomes of it. */
export interface Takeover {
  readonly request: ClientTakeover;
  readonly log: ExchangeLog;
  readonly guard: TakeoverGuard;
}

/** Writes and records a head; `switching` goes before what the peers have to know of each other, `failure` into the record. */
export function startReply(
  deps: ReplyDeps,
  { request, log, guard }: Takeover,
  status: number,
  statusText: string,
  own: FieldList,
  { outcome, cacheStatus, shown, reason }: Ending,
  switching: FieldList = [],
  failure?: Refusal,
): void {
  // What was refused went nowhere.
  const forward = reason === 'request-refused' ? undefined : 'bypass';
  const header = deps.statusFields() ? buildCacheStatus({ reason, hit: false, forward }) : undefined;
  const added = withProxyFields(own, {
    via: deps.via('1.1'),
    nowMs: deps.now(),
    ...(header !== undefined && { cacheStatus: header, outcome: shown }),
  });
  const fields = [...switching, ...added];
  // Not before the head is made: what throws there is the failure then.
  if (failure !== undefined) log.failed(failure.code, failure.text);
  log.replyStarted({
    status,
    statusText,
    fields,
    cacheStatus,
    outcome,
    ...(header !== undefined && { cacheStatusHeader: header }),
  });
  guard.answered = true;
  if (request.socket.writable) request.socket.write(wireHead(status, statusText, fields), 'latin1');
}

/** Why a connection is refused: RFC 9209 name, what happened, what to try, and a status in place of the name's own. */
export interface Refusal {
  code: ProxyErrorCode;
  text: string;
  hint?: string;
  status?: number | undefined;
}

/** Answers with a page and closes. Ends the record. */
export function refuseTakeover(
  deps: ReplyDeps,
  takeover: Takeover,
  headline: string,
  refusal: Refusal,
  ending: Ending,
): void {
  const { code, text, hint = '', status = PROXY_ERRORS[code] || 502 } = refusal;
  const { request, log } = takeover;
  const phrase = STATUS_CODES[status] ?? 'Bad Gateway';
  const paragraphs = hint === '' ? [text] : [text, hint];
  const page = buildPage(request.fields, status, phrase, headline, paragraphs);
  const fields = [...page.fields, 'Proxy-Status', buildProxyStatus(code, text), 'Connection', 'close'];
  startReply(deps, takeover, status, page.statusText, fields, ending, [], refusal);
  if (request.socket.writable) {
    log.responseData(page.body);
    hangUp(request.socket, page.body);
  } else request.socket.destroy();
  log.end();
}

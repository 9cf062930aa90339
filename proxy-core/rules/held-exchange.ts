/** One exchange that is held: what is shown of it, and what an edit, an answer or the end of its time makes of it. */
import type { StageName } from '../contract/exchange.ts';
import {
  MAX_HELD_CONTENT_BYTES,
  type HeldAnswer,
  type HeldContentState,
  type HeldDetail,
  type HeldEdit,
  type HeldEnd,
  type HeldSummary,
} from '../contract/breakpoints/held.ts';
import { CommandError } from '../contract/errors.ts';
import { seesResponse, type MockBody } from '../contract/rules/rule.ts';
import { codingsOf, decodedStart } from '../content/decode.ts';
import { getCombined, withoutFields, type FieldList } from '../http/fields.ts';
import { parseTarget } from '../http/target.ts';
import type { RequestView, ResponseView, StageReply } from '../net/exchange/stages.ts';

/** A head at a breakpoint: as it is by now, which earlier rules may have changed. */
export interface HeldAt {
  readonly stage: StageName;
  /** Name of the rule. */
  readonly by: string;
  readonly view: RequestView | ResponseView;
  readonly method: string;
  readonly url: string;
  readonly fields: FieldList;
  readonly status: number | undefined;
  readonly statusText: string | undefined;
}

/** What becomes of the head; members that are missing stay. */
export interface HeadEdit {
  readonly method?: string;
  readonly url?: string;
  readonly status?: number;
  readonly statusText?: string;
  readonly fields?: FieldList;
  readonly content?: Uint8Array;
}

export type HeldOutcome =
  | { readonly kind: 'pass'; readonly how: HeldEnd }
  | {
      readonly kind: 'edit';
      readonly how: 'edited';
      readonly edit: HeadEdit;
      /** Length of the content it had, where that is another now. */
      readonly bytesBefore?: number;
      /** That content, as it was shown. */
      readonly contentBefore?: Uint8Array;
    }
  | { readonly kind: 'answer'; readonly how: 'answered'; readonly reply: StageReply }
  | { readonly kind: 'drop'; readonly how: 'aborted' };

/** They follow from the content and the connection, whatever an edit says. */
const FRAMING = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
]);
const CONTENT_ENCODING = new Set(['content-encoding']);
const NOTHING = new Uint8Array();

const isEmptyStatus = (status: number): boolean => status === 204 || status === 304;
const refused = (message: string, hint?: string): CommandError => new CommandError('bad-params', message, hint);

export class HeldExchange {
  readonly ended: Promise<HeldOutcome>;
  readonly #id: number;
  readonly #at: HeldAt;
  readonly #sinceMs: number;
  readonly #limitMs: number;
  readonly #contentBytes: number;
  readonly #onChange: () => void;
  #resolve: (outcome: HeldOutcome) => void = () => undefined;
  #content: HeldContentState;
  /** As it came. */
  #bytes: Uint8Array = NOTHING;
  /** Without its codings, once somebody looked at it. */
  #shown: Uint8Array | undefined;

  constructor(id: number, at: HeldAt, sinceMs: number, limitMs: number, contentBytes: number, onChange: () => void) {
    this.#id = id;
    this.#at = at;
    this.#sinceMs = sinceMs;
    this.#limitMs = limitMs;
    this.#contentBytes = Math.min(contentBytes, MAX_HELD_CONTENT_BYTES);
    this.#onChange = onChange;
    this.#content = this.#mayHaveContent ? 'coming' : 'none';
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Reads what comes behind the head, so that it can be shown and edited. */
  begin(): void {
    if (this.#content !== 'coming') return;
    const take = (content: Uint8Array | undefined): void => {
      this.#content = content === undefined ? 'too-long' : 'whole';
      this.#bytes = content ?? NOTHING;
      this.#onChange();
    };
    // What cannot be read goes on unread; its exchange tells of it.
    this.#at.view.wait.readContent(this.#contentBytes).then(take, () => take(undefined));
  }

  end(outcome: HeldOutcome): void {
    this.#resolve(outcome);
  }

  summary(wallOffsetMs: number): HeldSummary {
    const { stage, by, view, method, url, status } = this.#at;
    const sinceMs = Math.round(this.#sinceMs + wallOffsetMs);
    return {
      id: this.#id,
      exchange: view.exchange,
      stage,
      by,
      sinceMs,
      untilMs: sinceMs + this.#limitMs,
      client: view.client,
      method,
      url,
      ...(status !== undefined && { status }),
      content: this.#content,
    };
  }

  async detail(wallOffsetMs: number): Promise<HeldDetail> {
    const { fields, statusText } = this.#at;
    const head = {
      ...this.summary(wallOffsetMs),
      ...(statusText !== undefined && { statusText }),
      fields: pairs(fields),
    };
    if (head.content !== 'whole') return head;
    const codings = this.#codings ?? [];
    const decoded = await this.#decoded(codings);
    const content = (this.#shown = decoded ?? this.#bytes);
    const text = asText(content);
    return {
      ...head,
      body: {
        base64: Buffer.from(content).toString('base64'),
        ...(text !== undefined && { text }),
        ...(decoded !== undefined && { decoded: codings.join(', ') }),
      },
    };
  }

  /** What an edit comes to; throws a `CommandError` that says what is accepted. */
  edited(edit: HeldEdit): HeldOutcome {
    const { body } = edit;
    this.#check(edit);
    const content = body === undefined ? undefined : contentOf(body);
    const fields = this.#fieldsAfter(edit.fields?.flat(), content !== undefined);
    const head: HeadEdit = {
      ...(edit.method !== undefined && { method: edit.method }),
      ...(edit.url !== undefined && { url: edit.url }),
      ...(edit.status !== undefined && { status: edit.status }),
      ...(edit.statusText !== undefined && { statusText: edit.statusText }),
      ...(fields !== undefined && { fields }),
      ...(content !== undefined && { content }),
    };
    return {
      kind: 'edit',
      how: 'edited',
      edit: head,
      ...(content && { bytesBefore: this.#bytes.length, contentBefore: this.#shown ?? this.#bytes }),
    };
  }

  answered({ status, statusText, fields, body }: HeldAnswer): HeldOutcome {
    const content = body === undefined ? undefined : contentOf(body);
    return {
      kind: 'answer',
      how: 'answered',
      reply: {
        status,
        fields: withoutFields(fields.flat(), FRAMING),
        ...(statusText !== undefined && { statusText }),
        ...(content !== undefined && { body: content }),
      },
    };
  }

  #check({ method, url, status, statusText, body }: HeldEdit): void {
    const at = this.#at;
    if (at.status === undefined) {
      if (status !== undefined || statusText !== undefined)
        throw refused('this is a request; an edit of one has "method", "url", "fields" and "body"');
      if (method !== undefined && method !== at.method && (method === 'HEAD' || method === 'CONNECT'))
        throw refused(`"method" cannot become ${method}: the client does not expect its answer`);
      if (url !== undefined) {
        const parsed = parseTarget(url);
        if (!parsed.ok) throw refused(`"url" cannot be asked for: ${parsed.problem}`);
      }
    } else {
      if (method !== undefined || url !== undefined)
        throw refused('this is a response; an edit of one has "status", "statusText", "fields" and "body"');
      if (status !== undefined && isEmptyStatus(status) !== isEmptyStatus(at.status))
        throw refused(
          `"status" cannot become ${status} here: one of ${at.status} and ${status} has no content`,
          'Answer it instead.',
        );
    }
    if (body === undefined) return;
    if (at.status !== undefined && this.#content === 'none')
      throw refused(`a response to ${at.method} with the status ${at.status} has no content, so no "body"`);
    if (at.status === 206)
      throw refused(
        'a 206 is a part of a representation, and its Content-Range says which; "body" is not accepted',
        'Answer it instead.',
      );
    if (this.#content === 'coming')
      throw refused('the content is still coming; "body" is accepted once all of it is here', 'Answer it instead.');
    if (this.#content === 'too-long')
      throw refused(
        `the content is more than ${this.#contentBytes} bytes or broke off, so that only the head can be edited; "body" is not accepted`,
        'Raise the setting captureBodyLimit, or answer it instead.',
      );
  }

  /** The lines that go on; undefined when they are as they were. */
  #fieldsAfter(wanted: FieldList | undefined, hasOwnContent: boolean): FieldList | undefined {
    const before = this.#at.fields;
    let after = before;
    if (wanted !== undefined) {
      const kept = withoutFields(wanted, FRAMING);
      const same = withoutFields(before, FRAMING);
      if (kept.length !== same.length || kept.some((part, n) => part !== same[n]))
        after = [...kept, ...framingOf(before)];
    }
    // It was edited without its codings.
    if (hasOwnContent && (this.#codings?.length ?? 0) > 0) after = withoutFields(after, CONTENT_ENCODING);
    return after === before ? undefined : after;
  }

  get #codings(): string[] | undefined {
    return codingsOf(getCombined(this.#at.fields, 'content-encoding'));
  }

  /** The content without its codings; undefined when there are none, or nothing can be made of it. */
  async #decoded(codings: readonly string[]): Promise<Uint8Array | undefined> {
    if (codings.length === 0 || this.#bytes.length === 0) return undefined;
    const bytes = this.#bytes;
    const sent = {
      length: bytes.length,
      read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
    };
    const limit = MAX_HELD_CONTENT_BYTES;
    const content = await decodedStart(sent, codings.join(', '), limit + 1);
    return content.length > limit || content.length === 0 ? undefined : content;
  }

  get #mayHaveContent(): boolean {
    const { view, status, method } = this.#at;
    if (!seesResponse(this.#at.stage)) return 'hasBody' in view && view.hasBody;
    return method !== 'HEAD' && status !== undefined && !isEmptyStatus(status);
  }
}

function pairs(fields: FieldList): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) out.push([fields[i]!, fields[i + 1]!]);
  return out;
}

const framingOf = (fields: FieldList): string[] =>
  pairs(fields)
    .filter(([name]) => FRAMING.has(name.toLowerCase()))
    .flat();

const contentOf = ({ text, base64 }: MockBody): Uint8Array =>
  base64 !== undefined ? Buffer.from(base64, 'base64') : Buffer.from(text ?? '');

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

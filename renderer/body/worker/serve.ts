/**
 * Answers the questions about one body, on a thread that is no page's: whatever an origin sent, the window goes on. Work
 * runs in slices, so that a later question ends the one before.
 */
import { codeLanguage } from './code-language.ts';
import { findBytes } from './find-bytes.ts';
import { bodyModes, isScript, type BodyMode } from './kinds.ts';
import { layOutBody, layOutMessages, searchLaid, type Laid } from './lay-out.ts';
import { SEARCH_MAX, type Found } from './lines.ts';
import type { Answer, Numbered, Opened, Question } from './protocol.ts';
import { chooseCharset, decodeText, type TextCharset } from './text.ts';
import { runInSlices, type Work } from './work.ts';

export type Post = (reply: Numbered<Answer>, transfer: Transferable[]) => void;

const NOTHING: Laid = { kind: 'nothing' };

/** What of an answer is handed over rather than copied; what a search still needs is not. */
function handedOver(laid: Laid): Transferable[] {
  if (laid.kind !== 'tree') return [];
  const { text: _, ...columns } = laid.tree;
  return Object.values(columns).map((column) => column.buffer as ArrayBuffer);
}

class OpenBody {
  readonly opened: Opened;
  readonly #bytes: Uint8Array;
  readonly #mediaType: string;
  readonly #charset: TextCharset;
  #text: string | undefined;
  laid: Laid = NOTHING;
  #isDump = false;

  constructor({ bytes, mediaType, charset, isText }: Extract<Question, { ask: 'open' }>) {
    this.#bytes = bytes;
    this.#mediaType = mediaType;
    this.#charset = chooseCharset(bytes, mediaType, charset);
    this.opened = { modes: isText ? bodyModes(mediaType, bytes, this.#charset) : ['hex'], charset: this.#charset };
  }

  /** True when the layout of scripts is needed for that. */
  needsScript(mode: BodyMode): boolean {
    return mode === 'pretty' && isScript(this.#mediaType);
  }

  /** Whose colours the text of this mode has. */
  #codeType(mode: BodyMode): string {
    if (mode === 'json' || mode === 'documents' || mode === 'jwt' || mode === 'protobuf' || mode === 'grpc')
      return 'json';
    return mode === 'pretty' || mode === 'text' ? this.#mediaType : '';
  }

  *lay({ mode, searching }: Extract<Question, { ask: 'lay' }>, script?: (text: string) => string): Work<Laid> {
    this.#isDump = mode === 'hex';
    if (this.#isDump) this.laid = NOTHING;
    else if (mode === 'protobuf' || mode === 'grpc') this.laid = yield* layOutMessages(this.#bytes, mode, searching);
    else {
      this.#text ??= yield* decodeText(this.#bytes, this.#charset);
      this.laid = yield* layOutBody(this.#text, mode, this.#mediaType, searching, script);
    }
    if (this.laid.kind === 'lines') {
      const code = codeLanguage(this.laid.lines, this.#codeType(mode));
      if (code !== undefined) this.laid = { ...this.laid, code };
    }
    return this.laid;
  }

  /** Matches in what is shown. */
  search(text: string): Work<Found> {
    return this.#isDump ? findBytes(this.#bytes, text.slice(0, SEARCH_MAX)) : searchLaid(this.laid, text);
  }
}

/** Begins to serve; the function takes each question. */
export function serveBody(post: Post): (question: Numbered<Question>) => void {
  let body: OpenBody | undefined;
  let stop: () => void = () => undefined;
  return ({ id, what }) => {
    stop();
    const reply = (answer: Answer, transfer: Transferable[] = []): void => post({ id, what: answer }, transfer);
    const failed = (thrown: unknown): void =>
      reply({ ask: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) });
    switch (what.ask) {
      case 'open':
        try {
          body = new OpenBody(what);
          reply({ ask: 'open', value: body.opened });
        } catch (thrown) {
          failed(thrown);
        }
        return;
      case 'lay': {
        const lay = (script?: (text: string) => string): void => {
          stop = runInSlices(
            () => body?.lay(what, script) ?? finished(NOTHING),
            (value) => reply({ ask: 'lay', value }, handedOver(value)),
            failed,
          );
        };
        if (body?.needsScript(what.mode) !== true) return lay();
        let current = true;
        stop = () => (current = false);
        import('./script.ts').then(({ prettyScript }) => current && lay(prettyScript), failed);
        return;
      }
      case 'search':
        stop = runInSlices(
          () => body?.search(what.text) ?? finished({ count: 0, lines: [] }),
          (value) => reply({ ask: 'search', value }),
          failed,
        );
    }
  };
}

function* finished<T>(value: T): Work<T> {
  return value;
}

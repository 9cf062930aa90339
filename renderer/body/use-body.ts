/** A body as its worker shows it: opened, laid out in a mode, searched. */
import { useEffect, useRef, useState } from 'react';
import { BodyWorker } from './body-worker.ts';
import type { BodyMode } from './worker/kinds.ts';
import type { Laid } from './worker/lay-out.ts';
import type { Found } from './worker/lines.ts';
import type { Opened, Question } from './worker/protocol.ts';

/** What is to be shown. The bytes and the texts name it: other bytes are another body, or the same one grown. */
export interface BodyAsked {
  /** Null until there are any. */
  bytes: Uint8Array | null;
  mediaType: string;
  charset: string | undefined;
  /** False for bytes that are not what the media type says: encoded or damaged. */
  isText: boolean;
  /** Chosen by the reader; the best one when null, or when it is not among those there are. */
  chosen: BodyMode | null;
  search: string;
  /** Raise it to try again. */
  attempt: number;
}

export interface BodyShown {
  opened: Opened | null;
  mode: BodyMode | undefined;
  /** Of the mode before, or of fewer bytes, until the next is there; null when that would be misread. */
  laid: Laid | null;
  found: Found | null;
  failed: { thrown: unknown } | null;
}

interface Step<T> {
  of: object;
  value: T;
}

/** Whether both ask to open the same bytes in the same way. */
const isSame = (a: Question, b: Question): boolean =>
  a.ask === 'open' &&
  b.ask === 'open' &&
  a.bytes === b.bytes &&
  a.mediaType === b.mediaType &&
  a.charset === b.charset &&
  a.isText === b.isText;

/**
 * `source` names the body: what is shown of another one is let go at once. In a view that is left the worker ends; what it
 * answered stays, and it is begun again when there is another question.
 */
export function useBody(source: string, asked: BodyAsked): BodyShown {
  const { bytes, mediaType, charset, isText, chosen, search, attempt } = asked;
  const worker = useRef<BodyWorker | null>(null);
  const [opened, setOpened] = useState<(Step<Opened> & { source: string; question: Question; attempt: number }) | null>(
    null,
  );
  const [laid, setLaid] = useState<
    (Step<Laid> & { source: string; mode: BodyMode; searching: boolean; from: object; attempt: number }) | null
  >(null);
  const [found, setFound] = useState<(Step<Found> & { search: string }) | null>(null);
  const [failed, setFailed] = useState<{ thrown: unknown; source: string; attempt: number; mode?: BodyMode } | null>(
    null,
  );
  // What is known as the effects run: they run again when a view that was left is shown.
  const now = useRef({ opened, laid, found });
  useEffect(() => {
    now.current = { opened, laid, found };
  });
  useEffect(() => {
    const made = new BodyWorker();
    worker.current = made;
    return () => made.stop();
  }, []);

  useEffect(() => {
    if (bytes === null) return;
    const question: Question = { ask: 'open', bytes, mediaType, charset, isText };
    const before = now.current.opened;
    if (before?.source === source && before.attempt === attempt && isSame(before.question, question)) return;
    let current = true;
    worker.current?.ask(question).then(
      (answer) => {
        if (current && answer.ask === 'open') setOpened({ of: {}, value: answer.value, source, question, attempt });
      },
      (thrown: unknown) => current && setFailed({ thrown, source, attempt }),
    );
    return () => {
      current = false;
    };
  }, [source, bytes, mediaType, charset, isText, attempt]);

  const known = opened?.source === source ? opened : null;
  const modes = known?.value.modes ?? [];
  const mode = chosen !== null && modes.includes(chosen) ? chosen : modes[0];
  const searching = search !== '';
  useEffect(() => {
    if (known === null || mode === undefined) return;
    const before = now.current.laid;
    if (
      before?.source === source &&
      before.from === known.of &&
      before.mode === mode &&
      before.searching === searching &&
      before.attempt === attempt
    )
      return;
    let current = true;
    const lay = async (): Promise<void> => {
      const asking = worker.current;
      // Ended because it took too long: another one does not know the body yet.
      if (asking?.isRunning === false) await asking.ask(known.question);
      const answer = await asking?.ask({ ask: 'lay', mode, searching });
      if (!current || answer?.ask !== 'lay') return;
      setLaid({ of: {}, value: answer.value, source, mode, searching, from: known.of, attempt });
      setFailed(null);
    };
    lay().catch((thrown: unknown) => current && setFailed({ thrown, source, attempt, mode }));
    return () => {
      current = false;
    };
  }, [source, known, mode, searching, attempt]);

  const shown =
    laid !== null && laid.source === source && laid.mode === mode && laid.searching === searching ? laid : null;
  useEffect(() => {
    if (shown === null || known === null || search === '') return;
    if (now.current.found?.of === shown.of && now.current.found.search === search) return;
    let current = true;
    const look = async (): Promise<void> => {
      const asking = worker.current;
      if (asking?.isRunning === false) {
        await asking.ask(known.question);
        await asking.ask({ ask: 'lay', mode: shown.mode, searching: true });
      }
      const answer = await asking?.ask({ ask: 'search', text: search });
      if (current && answer?.ask === 'search') setFound({ of: shown.of, value: answer.value, search });
    };
    look().catch((thrown: unknown) => current && setFailed({ thrown, source, attempt }));
    return () => {
      current = false;
    };
  }, [shown, known, search, source, attempt]);

  const isFailed =
    failed !== null && failed.source === source && failed.attempt === attempt && (failed.mode ?? mode) === mode;
  return {
    opened: known?.value ?? null,
    mode,
    laid: shown?.value ?? null,
    found: found !== null && found.of === shown?.of && found.search === search ? found.value : null,
    failed: isFailed ? failed : null,
  };
}

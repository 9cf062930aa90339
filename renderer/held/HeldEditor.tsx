/** One held exchange: its head and content as fields, to be resumed as they are or as they were made, answered, or aborted. */
import { useEffect, useId, useState, type FormEvent, type JSX } from 'react';
import type { HeldDetail } from '../../proxy-core/contract/breakpoints/held.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { Choice } from '../kit/Choice.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { openHeld, useHeld } from '../state/held.ts';
import { clip, formatBytes } from '../ui/format.ts';
import { AreaField, LineField, type AreaFieldProps } from '../ui/LabelledField.tsx';
import { Icon } from '../ui/icons.tsx';
import { useSharedNow } from '../ui/shared-now.ts';
import { wholeSeconds } from './ages.ts';
import { abort, answer, resume } from './actions.ts';
import type { HeldTexts } from './texts-en.ts';
import { useHeldTexts } from './texts.ts';
import { answerOf, bytesOf, draftOf, editOf, FIRST_ANSWER, shownAs, wrongWith, type Draft } from './draft.ts';

function Line({
  isNarrow = false,
  ...field
}: Omit<Parameters<typeof LineField>[0], 'className'> & { isNarrow?: boolean }): JSX.Element {
  return <LineField className={isNarrow ? 'held-field narrow' : 'held-field'} {...field} />;
}

function Area(field: Omit<AreaFieldProps, 'className'>): JSX.Element {
  return <AreaField className="held-field wide" {...field} />;
}

/** The form of a request, a response or an answer. */
function Form({
  draft,
  isResponse,
  body,
  onChange,
}: {
  draft: Draft;
  isResponse: boolean;
  /** Why the content cannot be edited, or what is to be known of it. */
  body: { locked: boolean; note?: string | undefined };
  onChange: (draft: Draft) => void;
}): JSX.Element {
  const h = useHeldTexts();
  const put = (patch: Partial<Draft>): void => onChange({ ...draft, ...patch });
  const other = shownAs(draft, draft.bodyAs === 'text' ? 'bytes' : 'text');
  return (
    <div className="held-form">
      {isResponse ? (
        <>
          <Line label={h.status} isNarrow value={draft.status} onChange={(status) => put({ status })} />
          <Line label={h.statusText} value={draft.statusText} onChange={(statusText) => put({ statusText })} />
        </>
      ) : (
        <>
          <Line label={h.method} isNarrow value={draft.method} onChange={(method) => put({ method })} />
          <Line label={h.url} value={draft.url} onChange={(url) => put({ url })} />
        </>
      )}
      <Area label={h.fields} rows={8} value={draft.lines} note={h.fieldsNote} onChange={(lines) => put({ lines })} />
      <Area
        label={draft.bodyAs === 'text' ? h.body : h.bodyBytes}
        rows={7}
        value={draft.body}
        disabled={body.locked}
        note={body.note}
        onChange={(text) => put({ body: text })}
      />
      {!body.locked && (
        <div className="held-field wide">
          <Choice
            label={h.bodyAs}
            value={draft.bodyAs}
            options={[
              { value: 'text', label: h.asText },
              { value: 'bytes', label: h.asBytes },
            ]}
            onChange={(as) => as !== draft.bodyAs && other !== undefined && onChange(other)}
          />
          {other === undefined && <p className="faint">{h.noText}</p>}
        </div>
      )}
    </div>
  );
}

function bodyState(
  h: HeldTexts,
  { content, body, stage, status }: HeldDetail,
): { locked: boolean; note?: string | undefined } {
  if (status === 206) return { locked: true, note: h.part };
  switch (content) {
    case 'none':
      return stage.endsWith('-response') ? { locked: true, note: h.noContent } : { locked: false };
    case 'coming':
      return { locked: true, note: h.coming };
    case 'too-long':
      return { locked: true, note: h.tooLong };
    case 'whole':
      return { locked: false, note: body?.decoded === undefined ? undefined : h.decoded(body.decoded) };
  }
}

export function HeldEditor({ id }: { id: number }): JSX.Element {
  const t = useTexts();
  const h = useHeldTexts();
  const summary = useHeld((state) => state.held.find((one) => one.id === id));
  const content = summary?.content;
  const [detail, setDetail] = useState<HeldDetail | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [reply, setReply] = useState<Draft>(FIRST_ANSWER);
  const [does, setDoes] = useState<'edit' | 'answer'>('edit');
  const [problem, setProblem] = useState<string | null>(null);
  const now = useSharedNow();
  const form = useId();

  // Once more when its content has come: what was typed meanwhile stays.
  useEffect(() => {
    let isGone = false;
    call('held.get', { id }).then(
      (next) => {
        if (isGone) return;
        setDetail(next);
        setDraft((before) => {
          const { body, bodyAs } = draftOf(next);
          return before === null ? draftOf(next) : before.body === '' ? { ...before, body, bodyAs } : before;
        });
      },
      (thrown: unknown) => {
        if (!isGone) setProblem(thrown instanceof Error ? thrown.message : String(thrown));
      },
    );
    return () => {
      isGone = true;
    };
  }, [id, content]);

  // The dialog opens before its fields are there.
  const isShown = detail !== null;
  useEffect(() => {
    if (isShown) document.getElementById(form)?.querySelector('input')?.focus();
  }, [isShown, form]);

  const close = (): void => openHeld(null);
  const say = (thrown: unknown): void => setProblem(thrown instanceof Error ? thrown.message : String(thrown));
  const isResponse = detail?.status !== undefined;
  const edit = detail === null || draft === null ? undefined : editOf(draftOf(detail), draft, isResponse);
  const wrong = does === 'answer' ? wrongWith(reply, true) : draft === null ? undefined : wrongWith(draft, isResponse);
  const isGone = detail !== null && summary === undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (wrong !== undefined || detail === null || isGone) return;
    setProblem(null);
    (does === 'answer' ? answer(id, answerOf(reply)) : resume(id, edit)).catch(say);
  }

  return (
    <Dialog
      title={detail === null ? h.title : `${h.title}: ${t.rules.where[detail.stage]}`}
      width="wide"
      onClose={close}
      foot={
        <>
          <button type="button" className="button" disabled={isGone} onClick={() => void abort(id).catch(say)}>
            {h.abort}
          </button>
          <span className="grow" />
          <button type="button" className="button" onClick={close}>
            {h.later}
          </button>
          <button type="submit" form={form} className="button primary" disabled={isGone || wrong !== undefined}>
            {does === 'answer' ? h.sendAnswer : edit === undefined ? h.resume : h.resumeEdited}
          </button>
        </>
      }
    >
      <form
        id={form}
        className="held-editor"
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      >
        {detail !== null && draft !== null && (
          <>
            <p className="faint">
              {h.by(clip(detail.by))} · {isGone ? h.gone : h.age(wholeSeconds(now - detail.sinceMs))}
              {!isGone && ` · ${h.goesOn(wholeSeconds(detail.untilMs - now))}`}
              {isResponse && ` · ${clip(`${detail.method} ${detail.url}`)}`}
              {detail.body !== undefined && ` · ${formatBytes(bytesOf(detail.body.base64))}`}
            </p>
            <Choice
              label={h.does}
              value={does}
              options={[
                { value: 'edit', label: h.doesEdit },
                { value: 'answer', label: isResponse ? h.doesReplace : h.doesAnswer },
              ]}
              onChange={setDoes}
            />
            {does === 'edit' ? (
              <Form draft={draft} isResponse={isResponse} body={bodyState(h, detail)} onChange={setDraft} />
            ) : (
              <Form draft={reply} isResponse body={{ locked: false }} onChange={setReply} />
            )}
          </>
        )}
        {(problem !== null || wrong !== undefined) && (
          <p className="wrong-text" role="alert">
            <Icon name="warning" size={13} /> {problem ?? (wrong === 'status' ? h.wrongStatus : h.wrongBytes)}
          </p>
        )}
      </form>
    </Dialog>
  );
}

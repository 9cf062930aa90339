/** The request as a form. Ctrl+Enter sends it from anywhere within. */
import { useEffect, useId, useRef, type JSX } from 'react';
import { CACHE_USES, COMPOSE_LIMITS } from '../../proxy-core/contract/compose/composed.ts';
import { Choice } from '../kit/Choice.tsx';
import { Icon } from '../ui/icons.tsx';
import { Content } from './Content.tsx';
import { emptyDraft } from './draft.ts';
import { FieldRows } from './FieldRows.tsx';
import { History } from './History.tsx';
import { METHODS } from './known-fields.ts';
import { change, fill, isCurl, send, stop, takeCurl, useCompose } from './state.ts';
import { useComposeTexts } from './texts.ts';

function Note(): JSX.Element | null {
  const c = useComposeTexts();
  const note = useCompose((state) => state.note);
  switch (note?.kind) {
    case 'curl':
      return (
        <div className="compose-note" role="status">
          {note.notes.length === 0 ? c.curlTaken : c.curlNotes}
          <ul>
            {note.notes.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      );
    case 'curl-wrong':
      return (
        <div className="wrong-text" role="alert">
          <Icon name="warning" size={13} /> {c.curlWrong(note.problem)}
        </div>
      );
    case 'missing':
      return (
        <div className="wrong-text" role="alert">
          <Icon name="warning" size={13} /> {c.missing}
        </div>
      );
    default:
      return null;
  }
}

export function Form(): JSX.Element {
  const c = useComposeTexts();
  const draft = useCompose((state) => state.draft);
  const filled = useCompose((state) => state.filled);
  const problem = useCompose((state) => state.problem);
  const going = useCompose((state) => state.run?.isOver === false);
  const id = useId();
  const url = useRef<HTMLInputElement>(null);
  useEffect(() => url.current?.focus(), [filled]);
  return (
    <form
      className="compose-form"
      aria-label={c.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void send();
      }}
    >
      <div className="compose-line">
        <input
          className="input mono compose-method"
          aria-label={c.method}
          list={id}
          value={draft.method}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => change({ method: target.value.toUpperCase() })}
        />
        <datalist id={id}>
          {METHODS.map((method) => (
            <option key={method} value={method} />
          ))}
        </datalist>
        <input
          ref={url}
          className="input mono grow"
          aria-label={c.url}
          placeholder={c.urlHint}
          value={draft.url}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => change({ url: target.value })}
          onPaste={(event) => {
            // A field of one line would lose the ends of lines.
            const text = event.clipboardData.getData('text/plain');
            if (!isCurl(text)) return;
            event.preventDefault();
            void takeCurl(text);
          }}
        />
        {going ? (
          <button type="button" className="button" onClick={stop}>
            {c.stop}
          </button>
        ) : (
          <button type="submit" className="button primary" title={c.sendHint}>
            {c.send}
          </button>
        )}
      </div>
      {problem !== null && (
        <div className="wrong-text" role="alert">
          <Icon name="warning" size={13} /> {problem === '' ? c.timesWrong(String(COMPOSE_LIMITS.times)) : problem}
        </div>
      )}
      <Note />
      <fieldset>
        <legend>{c.fields}</legend>
        <FieldRows label={c.fields} lines={draft.fields} onChange={(fields) => change({ fields })} />
        <p className="faint">{c.fieldsNote}</p>
      </fieldset>
      <Content draft={draft} />
      <fieldset>
        <legend>{c.cache}</legend>
        <Choice
          label={c.cache}
          options={CACHE_USES.map((value) => ({ value, label: c.cacheUse[value] }))}
          value={draft.cache}
          onChange={(cache) => change({ cache })}
        />
        <p className="faint">{c.cacheNotes[draft.cache]}</p>
      </fieldset>
      <div className="compose-line">
        <label htmlFor={`${id}-times`}>{c.times}</label>
        <input
          id={`${id}-times`}
          className="input compose-times"
          inputMode="numeric"
          value={draft.times}
          autoComplete="off"
          onChange={({ target }) => change({ times: target.value.trim() })}
        />
        <Choice
          label={c.order}
          options={[
            { value: 'together', label: c.together },
            { value: 'turn', label: c.inTurn },
          ]}
          value={draft.together ? 'together' : 'turn'}
          onChange={(order) => change({ together: order === 'together' })}
        />
        <span className="grow" />
        <button type="button" className="button" onClick={() => fill(emptyDraft())}>
          {c.fresh}
        </button>
      </div>
      <History />
    </form>
  );
}

/** The content of a request, by its kind. */
import { useId, type JSX } from 'react';
import { formatBytes } from '../ui/format.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { BODY_KINDS, jsonProblem, type Draft, type DraftPart } from './draft.ts';
import { FieldRows } from './FieldRows.tsx';
import { change } from './state.ts';
import { useComposeTexts } from './texts.ts';

/** Padding stands at the end only. */
const bytesOf = (base64: string): string => {
  const padding = base64.indexOf('=');
  return formatBytes(Math.floor(((padding < 0 ? base64.length : padding) * 3) / 4));
};

function Text({ draft }: { draft: Draft }): JSX.Element {
  const c = useComposeTexts();
  const id = useId();
  const isJson = draft.kind === 'json';
  const problem = isJson ? jsonProblem(draft.text) : undefined;
  return (
    <>
      <textarea
        className="input mono compose-text"
        rows={8}
        aria-label={isJson ? c.kinds.json : c.text}
        aria-describedby={isJson ? id : undefined}
        aria-invalid={problem !== undefined}
        value={draft.text}
        spellCheck={false}
        onChange={({ target }) => change({ text: target.value })}
      />
      {isJson && (
        <div className="compose-line" id={id}>
          <span className={problem === undefined ? 'faint grow' : 'wrong-text grow'} role="status">
            {problem === undefined ? c.jsonGood : c.jsonWrong(problem)}
          </span>
          <button
            type="button"
            className="button"
            disabled={problem !== undefined}
            onClick={() => change({ text: JSON.stringify(JSON.parse(draft.text), null, 2) })}
          >
            {c.jsonTidy}
          </button>
        </div>
      )}
    </>
  );
}

function Parts({ parts }: { parts: DraftPart[] }): JSX.Element {
  const c = useComposeTexts();
  const put = (index: number, patch: Partial<DraftPart>): void => {
    const next = [...parts];
    next[index] = { name: '', kind: 'text', value: '', ...parts[index], ...patch };
    change({ parts: next });
  };
  const shown: DraftPart[] = [...parts, { name: '', kind: 'text', value: '' }];
  return (
    <ul className="compose-lines of-parts" aria-label={c.kinds.multipart}>
      {shown.map(({ name, kind, value }, index) => {
        const n = String(index + 1);
        return (
          <li key={index}>
            <input
              className="input mono"
              aria-label={c.name(n)}
              value={name}
              spellCheck={false}
              autoComplete="off"
              onChange={({ target }) => put(index, { name: target.value })}
            />
            <select
              className="input"
              aria-label={c.partKind(n)}
              value={kind}
              onChange={({ target }) => put(index, { kind: target.value === 'path' ? 'path' : 'text', value: '' })}
            >
              <option value="text">{c.partText}</option>
              <option value="path">{c.partPath}</option>
              {kind === 'bytes' && <option value="bytes">{c.partBytes}</option>}
            </select>
            {kind === 'bytes' ? (
              <span className="faint">{c.bytesNote(bytesOf(value))}</span>
            ) : (
              <input
                className="input mono"
                aria-label={(kind === 'path' ? c.partFile : c.partValue)(n)}
                value={value}
                spellCheck={false}
                autoComplete="off"
                onChange={({ target }) => put(index, { value: target.value })}
              />
            )}
            {index < parts.length ? (
              <IconButton
                label={c.dropField(name)}
                icon="close"
                onClick={() => change({ parts: parts.filter((_, at) => at !== index) })}
              />
            ) : (
              <span />
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function Content({ draft }: { draft: Draft }): JSX.Element {
  const c = useComposeTexts();
  const kinds = BODY_KINDS.filter((kind) => kind !== 'bytes' || draft.base64 !== '');
  return (
    <fieldset className="compose-content">
      <legend>{c.content}</legend>
      <select
        className="input"
        aria-label={c.kind}
        value={draft.kind}
        onChange={({ target }) => change({ kind: kinds[target.selectedIndex] ?? 'none' })}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {c.kinds[kind]}
          </option>
        ))}
      </select>
      {(draft.kind === 'text' || draft.kind === 'json') && <Text draft={draft} />}
      {draft.kind === 'form' && (
        <FieldRows isForm label={c.kinds.form} lines={draft.form} onChange={(form) => change({ form })} />
      )}
      {draft.kind === 'multipart' && <Parts parts={draft.parts} />}
      {draft.kind === 'file' && (
        <input
          className="input mono"
          aria-label={c.path}
          placeholder={c.path}
          value={draft.path}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => change({ path: target.value })}
        />
      )}
      {draft.kind === 'bytes' && <p className="faint">{c.bytesNote(bytesOf(draft.base64))}</p>}
    </fieldset>
  );
}

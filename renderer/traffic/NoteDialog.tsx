/** Writes a note to the chosen exchanges. */
import { useId, useState, type JSX } from 'react';
import { NOTE_MAX } from '../../proxy-core/contract/labels.ts';
import { useTexts } from '../i18n/index.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { labelRows, writeNote } from '../state/labels.ts';
import { rowOf } from '../state/traffic.ts';

export function NoteDialog({ keys }: { keys: readonly number[] }): JSX.Element {
  const t = useTexts();
  const id = useId();
  const notes = new Set(keys.map((key) => rowOf(key)?.note ?? ''));
  const [text, setText] = useState(notes.size === 1 ? ([...notes][0] ?? '') : '');
  const close = (): void => writeNote(null);
  function save(): void {
    close();
    void labelRows(keys, { note: text.trim() });
  }
  return (
    <Dialog
      title={t.labels.noteTitle(keys.length)}
      onClose={close}
      foot={
        <>
          <button type="button" className="button" onClick={close}>
            {t.app.cancel}
          </button>
          <button type="button" className="button primary" onClick={save}>
            {t.labels.noteSave}
          </button>
        </>
      }
    >
      <textarea
        className="input note-text"
        aria-label={t.labels.note}
        aria-describedby={id}
        rows={4}
        maxLength={NOTE_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          // A line of its own takes Shift, as where one writes messages.
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          save();
        }}
      />
      <p id={id} className="faint">
        {t.labels.noteHint('note:…')}
      </p>
    </Dialog>
  );
}

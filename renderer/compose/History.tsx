/** What was sent before, to be taken into the form again. */
import { useState, type JSX } from 'react';
import { Disclosure } from '../kit/Disclosure.tsx';
import { formatClock } from '../ui/format.ts';
import { forgetHistory, recall, useCompose } from './state.ts';
import { useComposeTexts } from './texts.ts';

export function History(): JSX.Element {
  const c = useComposeTexts();
  const history = useCompose((state) => state.history);
  const [open, setOpen] = useState(true);
  return (
    <Disclosure
      title={c.history}
      note={history.length === 0 ? c.historyNone : c.historyNote}
      aside={
        history.length > 0 && (
          <button type="button" className="button" onClick={forgetHistory}>
            {c.forget}
          </button>
        )
      }
      open={open}
      onToggle={() => setOpen(!open)}
    >
      <ul className="compose-history" aria-label={c.history}>
        {history.map((sent) => (
          <li key={sent.atMs}>
            <button
              type="button"
              title={sent.isCut === true ? c.historyCut : sent.request.url}
              onClick={() => recall(sent)}
            >
              <span className="faint">{formatClock(sent.atMs, false)}</span>
              <span className="mono">{sent.request.method}</span>
              <span className="mono cut">{sent.request.url}</span>
              <span className="faint">{sent.times > 1 ? c.timesShort(String(sent.times)) : ''}</span>
            </button>
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}

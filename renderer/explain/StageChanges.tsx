/** Heads that something on the way changed or answered (a rule, a breakpoint): as received, and as sent. */
import type { JSX } from 'react';
import type { StageChange, StageHead } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { Disclosure } from '../kit/Disclosure.tsx';
import { useFold } from '../state/folds.ts';
import { clip } from '../ui/format.ts';
import type { HeadName } from '../../proxy-core/contract/explain/evidence/locate.ts';
import { FieldTable, type MarkedLine } from './FieldTable.tsx';

/** First line of a head: of a request or of a response. */
function lineOf({ method, url, status, statusText }: StageHead): string {
  return clip(method === undefined ? `${status ?? ''} ${statusText ?? ''}`.trim() : `${method} ${url ?? ''}`);
}

function Side({
  title,
  head,
  raw,
  mark,
}: {
  title: string;
  head: StageHead;
  raw: boolean;
  mark: MarkedLine | undefined;
}): JSX.Element {
  const t = useTexts();
  const line = lineOf(head);
  return (
    <>
      <p className="pad">
        <span className="faint">{title}</span> <code>{line}</code>
        {head.host !== undefined && ` · Host: ${clip(head.host)}`}
        {head.keyUrl !== undefined && ` · ${t.detail.keyUrl(clip(head.keyUrl))}`}
      </p>
      <FieldTable fields={head.fields} raw={raw} head={line} mark={mark} />
      {head.content !== undefined && head.content !== '' && <pre className="raw">{head.content}</pre>}
    </>
  );
}

export function StageChanges({
  changes,
  side,
  raw,
  roomy = true,
  markIn,
}: {
  changes: readonly StageChange[];
  side: 'request' | 'response';
  raw: boolean;
  /** There is room for it without being asked. */
  roomy?: boolean;
  /** The line that is pointed at in a head; `sent-1` is that of the second change. */
  markIn?: (head: HeadName) => MarkedLine | undefined;
}): JSX.Element {
  const t = useTexts();
  const [open, toggle] = useFold(`${side}-changes`, roomy);
  return (
    <>
      {changes.map((change, index) => {
        if (!change.stage.endsWith(side)) return null;
        const title = t.detail.stageDid[change.did](t.detail.stages[change.stage]);
        const marked = [markIn?.(`received-${index}`), markIn?.(`sent-${index}`)] as const;
        return (
          <Disclosure
            key={`${change.stage}-${index}`}
            className="message-group"
            title={change.by === undefined ? title : `${title} (${clip(change.by)})`}
            open={open || marked.some((mark) => mark !== undefined)}
            onToggle={toggle}
          >
            <Side title={t.detail.received} head={change.received} raw={raw} mark={marked[0]} />
            <Side title={t.detail.sent} head={change.sent} raw={raw} mark={marked[1]} />
          </Disclosure>
        );
      })}
    </>
  );
}

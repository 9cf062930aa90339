/** Heads that something on the way changed or answered (a rule, a breakpoint): as received, and as sent. */
import type { JSX } from 'react';
import type { StageChange, StageHead } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { clip } from '../ui/format.ts';
import { FieldTable } from './FieldTable.tsx';

/** First line of a head: of a request or of a response. */
function lineOf({ method, url, status, statusText }: StageHead): string {
  return clip(method === undefined ? `${status ?? ''} ${statusText ?? ''}`.trim() : `${method} ${url ?? ''}`);
}

function Side({ title, head, raw }: { title: string; head: StageHead; raw: boolean }): JSX.Element {
  const t = useTexts();
  const line = lineOf(head);
  return (
    <>
      <p className="pad">
        <span className="faint">{title}</span> <code>{line}</code>
        {head.host !== undefined && ` · Host: ${clip(head.host)}`}
        {head.keyUrl !== undefined && ` · ${t.detail.keyUrl(clip(head.keyUrl))}`}
      </p>
      <FieldTable fields={head.fields} raw={raw} head={line} />
    </>
  );
}

export function StageChanges({
  changes,
  side,
  raw,
}: {
  changes: readonly StageChange[];
  side: 'request' | 'response';
  raw: boolean;
}): JSX.Element {
  const t = useTexts();
  return (
    <>
      {changes
        .filter(({ stage }) => stage.endsWith(side))
        .map((change, index) => {
          const title = t.detail.stageDid[change.did](t.detail.stages[change.stage]);
          return (
            <section key={`${change.stage}-${index}`} aria-label={title}>
              <div className="section-head">
                <h2>{change.by === undefined ? title : `${title} (${clip(change.by)})`}</h2>
              </div>
              <Side title={t.detail.received} head={change.received} raw={raw} />
              <Side title={t.detail.sent} head={change.sent} raw={raw} />
            </section>
          );
        })}
    </>
  );
}

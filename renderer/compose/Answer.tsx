/** What became of a run: its exchanges as a small table, and the one that is chosen in full. */
import type { JSX } from 'react';
import type { ComposeRun, SentExchange } from '../../proxy-core/contract/compose/composed.ts';
import { DetailPane } from '../explain/DetailPane.tsx';
import { useTexts } from '../i18n/index.ts';
import { ring, useTraffic } from '../state/traffic.ts';
import { formatBytes, formatDuration } from '../ui/format.ts';
import { OutcomeBadge } from '../ui/Outcome.tsx';
import { show, useCompose } from './state.ts';
import { useComposeTexts, type ComposeTexts } from './texts.ts';

/** What stands beside the outcome, where that does not say all. */
function wordOf(c: ComposeTexts, { state, problem, collapsed }: SentExchange): string {
  switch (state) {
    case 'going':
      return c.going;
    case 'stopped':
      return c.stopped;
    case 'failed':
      return c.failed(problem ?? '');
    case 'done':
      return collapsed === true ? c.collapsed : '';
  }
}

function Results({ run, shown }: { run: ComposeRun; shown: number | null }): JSX.Element {
  const c = useComposeTexts();
  return (
    <div className="compose-results">
      <table aria-label={c.results}>
        <caption>{c.summary(run.times)}</caption>
        <thead>
          <tr>
            <th scope="col">{c.columns.n}</th>
            <th scope="col">{c.columns.outcome}</th>
            <th scope="col" className="num">
              {c.columns.status}
            </th>
            <th scope="col" className="num">
              {c.columns.time}
            </th>
            <th scope="col" className="num">
              {c.columns.bytes}
            </th>
          </tr>
        </thead>
        <tbody>
          {run.sent.map((one, index) => (
            <tr key={one.id} data-shown={ring.keyOf(one.id) === shown} data-testid="sent">
              <td>
                <button type="button" className="button" onClick={() => show(one.id)}>
                  {index + 1}
                </button>
              </td>
              <td>
                <OutcomeBadge outcome={one.outcome ?? 'PENDING'} /> <span className="faint">{wordOf(c, one)}</span>
              </td>
              <td className="num">{one.status}</td>
              <td className="num">{one.durationMs === undefined ? '' : formatDuration(one.durationMs)}</td>
              <td className="num">{formatBytes(one.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Answer(): JSX.Element {
  const c = useComposeTexts();
  const t = useTexts();
  const run = useCompose((state) => state.run);
  const shown = useCompose((state) => state.shown);
  const isThere = useTraffic(() => shown !== null && ring.get(shown) !== undefined);
  return (
    <section className="compose-answer" aria-label={c.answer}>
      {run === null ? (
        <div className="empty grow">
          <p>{c.noAnswer}</p>
          <p className="faint">{c.noAnswerHint}</p>
        </div>
      ) : (
        <>
          {run.times > 1 && <Results run={run} shown={shown} />}
          {isThere ? (
            <DetailPane alone={shown} />
          ) : (
            <div className="empty grow">{run.isOver ? c.notCaptured : t.app.loading}</div>
          )}
        </>
      )}
    </section>
  );
}

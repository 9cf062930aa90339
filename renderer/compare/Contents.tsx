/** The content of both responses: as JSON by path, as lines, or by the first byte that differs. */
import { useMemo, type JSX } from 'react';
import type { CompareSide } from '../../proxy-core/contract/compare/compare.ts';
import { diffJson, diffLines, firstDifference, type DiffLine } from '../../proxy-core/contract/compare/content.ts';
import { loadUpTo, type LoadSlice } from '../body/load.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { useAnswer } from '../ui/hooks.ts';
import { useCompareTexts } from './texts.ts';

/** Of each content so much is looked at, bytes. */
const MOST = 256 * 1024;
/** Lines around what differs. */
const AROUND = 3;

const loaderOf =
  ({ ref }: CompareSide): LoadSlice =>
  (range) =>
    'entry' in ref
      ? call('entry.body', { id: ref.entry, ...range })
      : call('exchange.body', {
          id: ref.exchange,
          side: 'response',
          ...(ref.session !== undefined && { session: ref.session }),
          ...range,
        });

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

type Found =
  | { as: 'same' }
  | { as: 'json'; differences: ReturnType<typeof diffJson> }
  | { as: 'lines'; lines: DiffLine[] | undefined }
  | { as: 'bytes'; at: number };

function find(left: Uint8Array, right: Uint8Array): Found {
  const at = firstDifference(left, right);
  if (at < 0) return { as: 'same' };
  const [a, b] = [textOf(left), textOf(right)];
  if (a === undefined || b === undefined) return { as: 'bytes', at };
  try {
    return { as: 'json', differences: diffJson(JSON.parse(a), JSON.parse(b)) };
  } catch {
    return { as: 'lines', lines: diffLines(a, b) };
  }
}

/** Numbers of lines that are far from any that differs are left out, in one piece each. */
function pieces(lines: readonly DiffLine[]): (DiffLine | number)[] {
  const near = new Set<number>();
  lines.forEach(({ kind }, at) => {
    if (kind !== 'same') for (let by = -AROUND; by <= AROUND; by++) near.add(at + by);
  });
  const out: (DiffLine | number)[] = [];
  lines.forEach((line, at) => {
    const last = out.at(-1);
    if (near.has(at)) out.push(line);
    else if (typeof last === 'number') out[out.length - 1] = last + 1;
    else out.push(1);
  });
  return out;
}

const SIGNS = { same: ' ', left: '−', right: '+' };

export function Contents({ left, right }: { left: CompareSide; right: CompareSide }): JSX.Element {
  const c = useCompareTexts();
  const t = useTexts();
  const { value, problem } = useAnswer(JSON.stringify([left.ref, right.ref]), 0, () =>
    Promise.all([loadUpTo(loaderOf(left), MOST), loadUpTo(loaderOf(right), MOST)]),
  );
  const found = useMemo(() => (value === null ? null : find(value[0].bytes, value[1].bytes)), [value]);
  if (value === null || found === null) return <p className="faint">{problem ?? t.app.loading}</p>;
  const isCut = value.some(({ more }) => more);
  return (
    <>
      {isCut && <p className="faint">{c.contentMost(formatBytes(MOST))}</p>}
      {found.as === 'same' && <p>{c.contentSame(formatBytes(value[0].bytes.length))}</p>}
      {found.as === 'bytes' && <p>{c.firstByte(formatCount(found.at))}</p>}
      {found.as === 'json' &&
        (found.differences.length === 0 ? (
          <p>{c.jsonSame}</p>
        ) : (
          <table className="compare-table" aria-label={c.asJson}>
            <thead>
              <tr>
                <th scope="col">{c.asJson}</th>
                <th scope="col">{c.left}</th>
                <th scope="col">{c.right}</th>
              </tr>
            </thead>
            <tbody>
              {found.differences.map(({ path, left: was, right: is }) => (
                <tr key={path} data-differs="true">
                  <th scope="row" className="mono">
                    {path}
                  </th>
                  <td className="mono">{was ?? <span className="faint">{c.absent}</span>}</td>
                  <td className="mono">{is ?? <span className="faint">{c.absent}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      {found.as === 'lines' &&
        (found.lines === undefined ? (
          <p>{c.tooMany}</p>
        ) : (
          <pre className="compare-lines" aria-label={c.asText} tabIndex={0}>
            {pieces(found.lines).map((piece, at) =>
              typeof piece === 'number' ? (
                <div key={at} className="faint">
                  {c.skipped(piece)}
                </div>
              ) : (
                <div key={at} data-kind={piece.kind}>
                  {SIGNS[piece.kind]} {piece.text}
                </div>
              ),
            )}
          </pre>
        ))}
    </>
  );
}

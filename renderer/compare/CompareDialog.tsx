/** Two exchanges or stored responses beside each other: what the cache sees of their differences, then all of them. */
import { useState, type JSX } from 'react';
import type { AlignedField } from '../../proxy-core/contract/compare/align.ts';
import type { CacheDifference, CompareSide, Comparison, Life } from '../../proxy-core/contract/compare/compare.ts';
import { explainCannot } from '../../proxy-core/contract/explain/fix.ts';
import { call } from '../connection/core.ts';
import { timingBars } from '../explain/TimingTab.tsx';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { compare, closeComparison, useComparing, type Compared } from '../state/comparing.ts';
import { usePrefs, type Language } from '../state/prefs.ts';
import { clip, formatClock, formatDuration } from '../ui/format.ts';
import { useAnswer } from '../ui/hooks.ts';
import { OutcomeBadge } from '../ui/Outcome.tsx';
import { Contents } from './Contents.tsx';
import { useCompareTexts } from './texts.ts';
import './compare.css';

type Texts = ReturnType<typeof useCompareTexts>;

function sayLife(c: Texts, t: Catalogue, language: Language, life: Life): string {
  switch (life.kind) {
    case 'stored': {
      const source = new Map<string, string>(Object.entries(t.cache.lifetimeSource)).get(life.source) ?? life.source;
      const varies = life.variesBy.length === 0 ? '' : c.life.varies(life.variesBy.join(', '));
      return c.life.stored(formatDuration(Math.max(0, life.lifetimeSeconds) * 1000), source) + varies;
    }
    case 'not-stored':
      return c.life.notStored(t.reasons.words[life.reason]);
    case 'none':
      return explainCannot(language, life.code);
  }
}

function Side({ name, side }: { name: string; side: CompareSide }): JSX.Element {
  const c = useCompareTexts();
  const t = useTexts();
  const language = usePrefs((prefs) => prefs.language);
  return (
    <section className="compare-side" aria-label={name}>
      <p className="faint">
        {name}: {'entry' in side.ref ? c.of.entry : c.of.exchange}, {formatClock(side.atMs, false)}
      </p>
      <p className="mono compare-url">
        {side.method} {clip(side.url)}
      </p>
      <p>
        {side.outcome !== undefined && <OutcomeBadge outcome={side.outcome} />} <strong>{side.status}</strong>
      </p>
      <p>{sayLife(c, t, language, side.life)}</p>
    </section>
  );
}

function sayUrl(c: Texts, { url }: Comparison): string | undefined {
  switch (url?.kind) {
    case 'query':
      return c.url.query(url.parameter);
    case 'path':
      return url.stored.startsWith('?') ? c.url.order : c.url.path;
    case 'port':
      return c.url.port;
    case 'scheme':
      return c.url.scheme;
    default:
      return undefined;
  }
}

function CacheView({ comparison }: { comparison: Comparison }): JSX.Element {
  const c = useCompareTexts();
  const t = useTexts();
  const { sameKey, reuse, differences } = comparison;
  const order = (item: CacheDifference): number => (item.matters === 'nothing' ? 1 : 0);
  const sorted = [...differences].sort((a, b) => order(a) - order(b));
  return (
    <section aria-label={c.cacheView}>
      <h2>{c.cacheView}</h2>
      <p>
        {sameKey ? c.sameKey : c.otherKey}. {sayUrl(c, comparison)}
      </p>
      <p>{reuse === null ? c.reuse.none : reuse === 'fresh' ? c.reuse.fresh : c.reuse.other(t.reasons.words[reuse])}</p>
      {sorted.length === 0 ? (
        <p>{c.none}</p>
      ) : (
        <table className="compare-table" aria-label={c.cacheView}>
          <caption>{c.differs(sorted.length)}</caption>
          <thead>
            <tr>
              <th scope="col">{c.what}</th>
              <th scope="col">{c.counts}</th>
              <th scope="col">{c.left}</th>
              <th scope="col">{c.right}</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((one) => (
              <tr key={`${one.part} ${one.name}`} data-testid="difference" data-matters={one.matters}>
                <th scope="row">
                  {one.name === '' ? c.part[one.part] : <span className="mono">{one.name}</span>}
                  {one.name !== '' && <span className="faint"> ({c.part[one.part]})</span>}
                </th>
                <td>
                  {c.matters[one.matters]}
                  {one.reason !== undefined && <span className="faint"> – {t.reasons.words[one.reason]}</span>}
                </td>
                <td className="mono">{clip(one.left ?? '')}</td>
                <td className="mono">{clip(one.right ?? '')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function FieldLines({ label, lines, onlyDifferent }: { label: string; lines: AlignedField[]; onlyDifferent: boolean }) {
  const c = useCompareTexts();
  const shown = lines.filter(({ left, right }) => !onlyDifferent || left !== right);
  if (shown.length === 0) return null;
  return (
    <table className="compare-table" aria-label={label}>
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">{c.field}</th>
          <th scope="col">{c.left}</th>
          <th scope="col">{c.right}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ name, left, right }, at) => (
          <tr key={at} data-differs={left !== right}>
            <th scope="row" className="mono">
              {name}
            </th>
            <td className="mono">{left ?? <span className="faint">{c.absent}</span>}</td>
            <td className="mono">{right ?? <span className="faint">{c.absent}</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Timings({ left, right }: { left: CompareSide; right: CompareSide }): JSX.Element | null {
  const c = useCompareTexts();
  const t = useTexts();
  const sides = [left, right].map(({ timing }) => (timing === undefined ? [] : timingBars(timing)));
  const phases = [...new Set(sides.flat().map(({ phase }) => phase))];
  if (phases.length === 0) return null;
  const took = (side: number, phase: (typeof phases)[number]): string => {
    const bar = sides[side]?.find((one) => one.phase === phase);
    return bar === undefined ? '' : formatDuration(bar.toMs - bar.fromMs);
  };
  return (
    <table className="compare-table" aria-label={c.timing}>
      <caption>{c.timing}</caption>
      <thead>
        <tr>
          <th scope="col">{t.panes.phase}</th>
          <th scope="col">{c.left}</th>
          <th scope="col">{c.right}</th>
        </tr>
      </thead>
      <tbody>
        {phases.map((phase) => (
          <tr key={phase}>
            <th scope="row">{t.detail.timing[phase]}</th>
            <td>{took(0, phase)}</td>
            <td>{took(1, phase)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{c.total}</th>
          <td>{left.durationMs === undefined ? '' : formatDuration(left.durationMs)}</td>
          <td>{right.durationMs === undefined ? '' : formatDuration(right.durationMs)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Compared({ pair: [left, right] }: { pair: readonly [Compared, Compared] }): JSX.Element {
  const c = useCompareTexts();
  const t = useTexts();
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const { value, problem } = useAnswer(JSON.stringify([left.ref, right.ref]), 0, () =>
    call('compare.get', { left: left.ref, right: right.ref }),
  );
  return (
    <Dialog
      title={c.title}
      width="wide"
      onClose={closeComparison}
      foot={
        <button type="button" className="button" onClick={() => compare(right, left)}>
          {c.swap}
        </button>
      }
    >
      {value === null ? (
        <p role={problem === null ? 'status' : 'alert'}>{problem ?? t.app.loading}</p>
      ) : (
        <div className="compare">
          <div className="compare-sides">
            <Side name={c.left} side={value.left} />
            <Side name={c.right} side={value.right} />
          </div>
          <CacheView comparison={value} />
          <label className="rule-check">
            <input
              type="checkbox"
              checked={onlyDifferent}
              onChange={({ target }) => setOnlyDifferent(target.checked)}
            />
            {c.onlyDifferent}
          </label>
          <FieldLines label={c.request} lines={value.request} onlyDifferent={onlyDifferent} />
          <FieldLines label={c.response} lines={value.response} onlyDifferent={onlyDifferent} />
          <section aria-label={c.content}>
            <h2>{c.content}</h2>
            <Contents left={value.left} right={value.right} />
          </section>
          <Timings left={value.left} right={value.right} />
        </div>
      )}
    </Dialog>
  );
}

export function CompareDialog(): JSX.Element | null {
  const pair = useComparing((state) => state.pair);
  return pair === null ? null : <Compared pair={pair} />;
}

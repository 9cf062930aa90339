/** An entry's facts, and the other variants of its URL. */
import type { JSX } from 'react';
import type { EntryDetail } from '../../proxy-core/contract/entry.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { Copyable, Facts, type Fact } from '../ui/Facts.tsx';
import { formatAge, formatBytes, formatCount, formatDateTime, formatDuration } from '../ui/format.ts';
import { Variants } from './entry/Variants.tsx';

/** `1 day 12 h from max-age`; one that is over from the start is none. */
function lifetimeText(seconds: number, source: EntryDetail['lifetimeSource'], t: Catalogue): string {
  const c = t.cache;
  if (seconds > 0) return `${formatDuration(seconds * 1000)} ${c.lifetimeFrom} ${c.lifetimeSource[source]}`;
  return source === 'none' ? c.lifetimeSource.none : c.lifetimeOver(c.lifetimeSource[source]);
}

export function EntryFacts({ detail, now }: { detail: EntryDetail; now: number }): JSX.Element {
  const t = useTexts();
  const { entry } = detail;
  const c = t.cache;
  const ago = (atMs: number): string =>
    atMs <= 0 ? c.never : `${formatDateTime(atMs)} · ${c.ago(formatAge((now - atMs) / 1000))}`;
  const validators = [
    entry.etag === undefined ? '' : `ETag ${entry.etag}`,
    entry.lastModified === undefined ? '' : `Last-Modified ${entry.lastModified}`,
  ].filter((text) => text !== '');
  const facts: Fact[] = [
    [c.lifetime, lifetimeText(entry.lifetimeSeconds, detail.lifetimeSource, t)],
    [c.ageNow, formatAge(entry.ageSeconds)],
    [c.storedAt, ago(entry.storedAtMs)],
    [c.column.hits, formatCount(entry.hits)],
    [c.lastUsed, ago(entry.lastUsedAtMs)],
    [c.bodySize, `${formatBytes(entry.bodyBytes)}${entry.contentType === undefined ? '' : ` · ${entry.contentType}`}`],
    [c.size, formatBytes(entry.sizeBytes)],
    [
      c.validators,
      validators.length === 0 ? (
        <span className="faint">{c.noValidators}</span>
      ) : (
        validators.map((text) => <div key={text}>{text}</div>)
      ),
    ],
    ...(detail.varyBy.length === 0
      ? []
      : [
          [
            c.varyBy,
            detail.varyBy.map(([name, value]) => (
              <div key={name}>
                <code>
                  {name}: {value}
                </code>
              </div>
            )),
          ] satisfies Fact,
        ]),
    ...(entry.swrUntilMs === undefined
      ? []
      : [['stale-while-revalidate', `${formatDateTime(entry.swrUntilMs)} · ${c.swr}`] satisfies Fact]),
    ...(entry.sieUntilMs === undefined
      ? []
      : [['stale-if-error', `${formatDateTime(entry.sieUntilMs)} · ${c.sie}`] satisfies Fact]),
    ...(entry.tags === undefined || entry.tags.length === 0 ? [] : [[c.tags, entry.tags.join(', ')] satisfies Fact]),
    [c.key, <Copyable key="key" text={entry.cacheKey} />],
  ];
  return (
    <>
      {entry.partial === true && <p className="body-note">{c.partial}</p>}
      <Facts facts={facts} />
      <Variants detail={detail} now={now} />
    </>
  );
}

/** A body, shown by its type: JSON tree, indented markup, form, image, text, hex. What is done to it, its worker does. */
import { useMemo, useState, type JSX } from 'react';
import type { BodyInfo } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { useChosenMode } from '../state/body-modes.ts';
import { Boundary } from '../ui/Boundary.tsx';
import { formatBytes } from '../ui/format.ts';
import { useAnswer } from '../ui/hooks.ts';
import { useSettled } from '../ui/use-settled.ts';
import { TooLong } from './body-worker.ts';
import { BodyHead } from './BodyHead.tsx';

import { Lines } from './Lines.tsx';
import { loadUpTo, type Loaded, type LoadSlice } from './load.ts';
import { FontBody, ImageBody, MediaBody } from './Pictures.tsx';
import { Rethrow, Shown } from './Shown.tsx';
import { useBody, type BodyShown } from './use-body.ts';
import { HexLines } from './worker/hex.ts';
import { isMedia, type BodyMode } from './worker/kinds.ts';
import { MAX_LINES, type Found } from './worker/lines.ts';
import './body.css';

/** Shown at first; the rest on demand. */
const FIRST_BYTES = 512 * 1024;
/** More is not shown: it can be saved. */
const SHOWN_MAX_BYTES = 32 * 1024 * 1024;
/** A body that grows is read anew while it is no longer than this. */
const GROWING_MAX_BYTES = 4 * 1024 * 1024;
const HEX_HEAD_BYTES = 8 * 1024;

export interface BodyViewProps {
  info: BodyInfo;
  /** File name for saving. */
  name: string;
  /** Names the body, so that another one is loaded anew. */
  source: string;
  /** Where it stands: the next body of its type there is looked at in the same way. */
  place: string;
  load: LoadSlice;
}

/** The beginning of a body as hex: what is left when nothing else can be drawn. */
function hexHead(bytes: Uint8Array): string {
  const lines = new HexLines(bytes.subarray(0, HEX_HEAD_BYTES));
  return Array.from({ length: lines.count }, (_, index) => lines.at(index)).join('\n');
}

/** The line that so many steps lead to, round and round. */
function lineOf(found: Found | null, step: number): number {
  const count = found?.lines.length ?? 0;
  return count === 0 ? -1 : (found?.lines[((step % count) + count) % count] ?? -1);
}

function HexBody({
  bytes,
  label,
  found,
  line,
}: {
  bytes: Uint8Array;
  label: string;
  found: Found | null;
  line: number;
}): JSX.Element {
  const lines = useMemo(() => new HexLines(bytes), [bytes]);
  const hits = useMemo(() => new Set(found?.lines), [found]);
  return <Lines lines={lines} search="" hits={hits} line={line} label={label} numbered={false} />;
}

/** What whoever looks should know of what is not shown, or not as it was sent. */
function useNotes(info: BodyInfo, loaded: Loaded | null, { opened, laid, mode }: BodyShown): string[] {
  const b = useTexts().detail.body_;
  const notes: string[] = [];
  if (info.kept < info.bytes) notes.push(b.sizes(formatBytes(info.kept), formatBytes(info.bytes)));
  if (info.note === 'truncated') notes.push(b.truncated);
  if (info.note === 'dropped') notes.push(b.dropped);
  if (info.note === 'not-captured') notes.push(b.notCaptured);
  if (loaded?.state === 'unknown') notes.push(b.encoded(info.encoding ?? ''));
  if (loaded?.state === 'damaged') notes.push(b.damaged(info.encoding ?? ''));
  if (opened !== null && opened.charset.from === 'unknown' && mode !== 'hex' && mode !== 'image')
    notes.push(b.unknownCharset(opened.charset.charset));
  if (
    info.mediaType === 'image/svg+xml' &&
    opened !== null &&
    !opened.modes.includes('image') &&
    opened.modes.length > 1
  )
    notes.push(b.wildSvg);
  if (laid?.kind === 'lines' && laid.lines.cut) notes.push(b.linesFirst(MAX_LINES));
  return notes;
}

export function BodyView({ info, name, source, place, load }: BodyViewProps): JSX.Element {
  const type = info.mediaType ?? '';
  const [allOf, setAllOf] = useState<string | null>(null);
  const all = isMedia(type) || allOf === source;
  const [chosen, setChosen] = useChosenMode(place, type);
  const [search, setSearch] = useState('');
  /** Which of the lines found is in the middle. */
  const [step, setStep] = useState(0);
  const [attempt, setAttempt] = useState(0);
  const wanted = all ? SHOWN_MAX_BYTES : FIRST_BYTES;
  // Grows with a body that is still passing, and with what is wanted of it.
  const version = Math.min(info.kept, all ? GROWING_MAX_BYTES : FIRST_BYTES) + (all ? SHOWN_MAX_BYTES : 0);
  const { value: loaded, problem } = useAnswer(
    info.kept === 0 ? null : `body-${source}`,
    version,
    () => loadUpTo(load, wanted),
    true,
  );
  const isText = loaded === null || loaded.state === 'plain' || loaded.state === 'decoded';
  const shown = useBody(source, {
    bytes: loaded?.bytes ?? null,
    mediaType: type,
    charset: info.charset,
    isText,
    chosen,
    search,
    attempt,
  });
  const next: Seen = { source, info, name, load, loaded, problem, shown };
  const seen = useSettled(next, isReady(next), source, isSameSeen);
  return (
    <Body
      {...seen}
      all={all}
      search={search}
      step={step}
      onSearch={(text) => {
        setSearch(text);
        setStep(0);
      }}
      onStep={(by) => setStep(step + by)}
      onMode={setChosen}
      onAll={() => setAllOf(source)}
      onRetry={() => setAttempt(attempt + 1)}
    />
  );
}

/** What is shown of a body, all of one and the same. */
interface Seen {
  source: string;
  info: BodyInfo;
  name: string;
  load: LoadSlice;
  loaded: Loaded | null;
  problem: string | null;
  shown: BodyShown;
}

/** These need no layout. */
const DRAWN_AT_ONCE: ReadonlySet<BodyMode | undefined> = new Set<BodyMode>(['image', 'media', 'font', 'hex']);

/** Whether there is something to see, or nothing more to wait for. */
const isReady = ({ info, problem, shown: { opened, mode, laid, failed } }: Seen): boolean =>
  info.kept === 0 ||
  problem !== null ||
  failed !== null ||
  (opened !== null && mode !== undefined && (laid !== null || DRAWN_AT_ONCE.has(mode)));

const isSameSeen = (a: Seen, b: Seen): boolean =>
  a.source === b.source &&
  a.info.bytes === b.info.bytes &&
  a.info.kept === b.info.kept &&
  a.loaded === b.loaded &&
  a.problem === b.problem &&
  a.shown.opened === b.shown.opened &&
  a.shown.mode === b.shown.mode &&
  a.shown.laid === b.shown.laid &&
  a.shown.found === b.shown.found &&
  a.shown.failed === b.shown.failed;

interface BodyProps extends Seen {
  all: boolean;
  search: string;
  step: number;
  onSearch: (text: string) => void;
  onStep: (by: 1 | -1) => void;
  onMode: (mode: BodyMode) => void;
  onAll: () => void;
  onRetry: () => void;
}

function Body({
  source,
  info,
  name,
  load,
  loaded,
  problem,
  shown,
  all,
  search,
  step,
  onSearch,
  onStep,
  onMode,
  onAll,
  onRetry,
}: BodyProps): JSX.Element {
  const t = useTexts();
  const b = t.detail.body_;
  const type = info.mediaType ?? '';
  const notes = useNotes(info, loaded, shown);
  const { opened, mode, laid, found, failed } = shown;
  const bytes = loaded?.bytes;
  return (
    <div className="body-view">
      <BodyHead
        key={source}
        info={info}
        name={name}
        load={load}
        loaded={loaded}
        shown={shown}
        search={search}
        onSearch={onSearch}
        onStep={onStep}
        onMode={onMode}
      />
      {notes.length > 0 && <p className="body-note">{notes.join(' ')}</p>}
      {loaded?.more === true && (
        <p className="body-note">
          {b.shownFirst(formatBytes(loaded.bytes.length))}{' '}
          {all ? (
            b.saveForAll
          ) : (
            <button type="button" className="link" onClick={onAll}>
              {b.loadAll}
            </button>
          )}
        </p>
      )}
      {laid?.kind === 'lines' && laid.laidOutTo !== undefined && (
        <p className="body-note">
          {b.laidOutFirst(formatBytes(laid.laidOutTo))}{' '}
          <button type="button" className="link" onClick={() => onMode('text')}>
            {b.showText}
          </button>
        </p>
      )}
      <div className="body-content">
        {info.bytes === 0 && info.kept === 0 ? (
          <p className="faint pad">{t.detail.noBody}</p>
        ) : problem !== null ? (
          <p className="pad">{problem}</p>
        ) : bytes === undefined ? (
          info.kept > 0 && <p className="faint pad">{t.app.loading}</p>
        ) : (
          <Boundary of={`${source} ${mode} ${search !== ''}`} onRetry={onRetry} raw={() => hexHead(bytes)}>
            {failed !== null ? (
              <Rethrow thrown={failed.thrown instanceof TooLong ? new Error(b.tooLong) : failed.thrown} />
            ) : opened === null || mode === undefined ? (
              <p className="faint pad">{t.app.loading}</p>
            ) : mode === 'image' ? (
              <ImageBody bytes={bytes} type={type} />
            ) : mode === 'media' ? (
              <MediaBody bytes={bytes} type={type} />
            ) : mode === 'font' ? (
              <FontBody bytes={bytes} />
            ) : mode === 'hex' ? (
              <HexBody bytes={bytes} label={t.detail.body} found={found} line={lineOf(found, step)} />
            ) : laid === null ? (
              <p className="faint pad">{t.app.loading}</p>
            ) : (
              <Shown laid={laid} search={search} line={lineOf(found, step)} label={t.detail.body} />
            )}
          </Boundary>
        )}
      </div>
    </div>
  );
}

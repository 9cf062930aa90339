/** A body, decoded by its type: JSON tree, indented markup, form, image, text, hex. */
import { useMemo, useState, type JSX } from 'react';
import type { BytesResult } from '../../proxy-core/contract/commands.ts';
import type { BodyInfo } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { Boundary } from '../ui/Boundary.tsx';
import { copyText, saveFile } from '../ui/copy.ts';
import { formatBytes } from '../ui/format.ts';
import { useAnswer } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { bodyModes, decodeBody, decodeText, type BodyMode } from './body/decode.ts';
import { HexLines } from './body/hex.ts';
import { layOutBody, searchLaid } from './body/lay-out.ts';
import { MAX_LINES, SEARCH_MAX } from './body/lines.ts';
import { ImageBody, Rethrow, Shown } from './body/Shown.tsx';
import { useWork } from './body/use-work.ts';
import './body/body.css';

const NO_BYTES = new Uint8Array(0);

/** Shown at first; the rest on demand. */
const FIRST_BYTES = 512 * 1024;
/** One call's slice; the contract allows 4 MiB. */
const SLICE_BYTES = 2 * 1024 * 1024;
const HEX_HEAD_BYTES = 8 * 1024;

interface BodyViewProps {
  info: BodyInfo;
  /** File name for saving. */
  name: string;
  /** Names the body, so that another one is loaded anew. */
  source: string;
  load: (offset: number, length: number) => Promise<BytesResult>;
}

async function loadUpTo(load: BodyViewProps['load'], wanted: number): Promise<Uint8Array> {
  const out = new Uint8Array(wanted);
  let at = 0;
  while (at < wanted) {
    const { bytes } = await load(at, Math.min(SLICE_BYTES, wanted - at));
    if (bytes.length === 0) break;
    out.set(bytes.subarray(0, wanted - at), at);
    at += bytes.length;
  }
  return at < wanted ? out.slice(0, at) : out;
}

/** The beginning of a body as hex: what is left when nothing else can be drawn. */
function hexHead(bytes: Uint8Array): string {
  const lines = new HexLines(bytes.subarray(0, HEX_HEAD_BYTES));
  return Array.from({ length: lines.count }, (_, index) => lines.at(index)).join('\n');
}

export function BodyView({ info, name, source, load }: BodyViewProps): JSX.Element {
  const t = useTexts();
  const b = t.detail.body_;
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<BodyMode | null>(null);
  const [search, setSearch] = useState('');
  const wanted = all ? info.kept : Math.min(info.kept, FIRST_BYTES);
  const { value: decoded, problem } = useAnswer(wanted === 0 ? null : `body-${source}`, wanted, async () =>
    decodeBody(await loadUpTo(load, wanted), info.encoding),
  );

  const type = info.mediaType ?? '';
  const modes = useMemo<BodyMode[]>(
    () =>
      decoded === null
        ? []
        : decoded.kind === 'encoded' || decoded.kind === 'damaged'
          ? ['hex']
          : bodyModes(info.mediaType, decoded.bytes),
    [decoded, info.mediaType],
  );
  const mode = chosen !== null && modes.includes(chosen) ? chosen : modes[0];
  const [attempt, setAttempt] = useState(0);
  const bytes = decoded?.bytes ?? NO_BYTES;
  const searching = search !== '';
  const laying = useWork(
    useMemo(() => {
      // Named so that another try is another function.
      void attempt;
      return () => layOutBody(bytes, mode ?? 'image', type, searching);
    }, [bytes, mode, type, searching, attempt]),
  );
  const laid = laying.value;
  const { value: found } = useWork(useMemo(() => () => searchLaid(laid, search), [laid, search]));

  const notes: string[] = [];
  if (info.kept < info.bytes) notes.push(b.sizes(formatBytes(info.kept), formatBytes(info.bytes)));
  if (info.note === 'truncated') notes.push(b.truncated);
  if (info.note === 'dropped') notes.push(b.dropped);
  if (info.note === 'not-captured') notes.push(b.notCaptured);
  if (decoded?.kind === 'decoded' && decoded.cut) notes.push(b.decodedFirst(formatBytes(decoded.bytes.length)));
  if (decoded?.kind === 'encoded') notes.push(b.encoded(decoded.encoding));
  if (decoded?.kind === 'damaged') notes.push(b.damaged(decoded.encoding));
  if (type === 'image/svg+xml' && decoded !== null && !modes.includes('image') && modes.length > 1)
    notes.push(b.wildSvg);
  if (laid?.kind === 'lines' && laid.lines.cut) notes.push(b.linesFirst(MAX_LINES));

  return (
    <div className="body-view">
      <div className="section-head">
        <h2>{t.detail.body}</h2>
        <span className="faint cut">
          {[
            formatBytes(info.bytes),
            type,
            decoded?.kind === 'decoded' ? b.decoded(formatBytes(decoded.bytes.length), decoded.encoding) : '',
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </span>
        <span className="grow" />
        {decoded !== null && mode !== undefined && (
          <>
            {mode !== 'image' && mode !== 'form' && mode !== 'hex' && (
              <label className="body-search">
                <Icon name="search" size={12} />
                <input
                  aria-label={b.search}
                  placeholder={b.search}
                  value={search}
                  maxLength={SEARCH_MAX}
                  onChange={(event) => setSearch(event.target.value)}
                />
                {searching && <span className="faint">{found === null ? '…' : b.found(found.count)}</span>}
              </label>
            )}
            {modes.length > 1 && (
              <div className="segmented" role="group" aria-label={b.view}>
                {modes.map((item) => (
                  <button key={item} type="button" aria-pressed={item === mode} onClick={() => setChosen(item)}>
                    {b.modes[item]}
                  </button>
                ))}
              </div>
            )}
            {mode !== 'image' && mode !== 'hex' && (
              <button
                type="button"
                className="button quiet icon-only"
                aria-label={b.copy}
                title={b.copy}
                onClick={() => copyText(decodeText(decoded.bytes))}
              >
                <Icon name="copy" size={14} />
              </button>
            )}
            <button
              type="button"
              className="button quiet icon-only"
              aria-label={b.save}
              title={b.save}
              onClick={() => saveFile(name, 'application/octet-stream', [new Uint8Array(decoded.bytes)])}
            >
              <Icon name="save" size={14} />
            </button>
          </>
        )}
      </div>
      {notes.length > 0 && <p className="body-note">{notes.join(' ')}</p>}
      {info.kept > wanted && (
        <p className="body-note">
          {b.shownFirst(formatBytes(wanted))}{' '}
          <button type="button" className="link" onClick={() => setAll(true)}>
            {b.loadAll}
          </button>
        </p>
      )}
      {laid?.kind === 'lines' && laid.laidOutTo !== undefined && (
        <p className="body-note">
          {b.laidOutFirst(formatBytes(laid.laidOutTo))}{' '}
          <button type="button" className="link" onClick={() => setChosen('text')}>
            {b.showText}
          </button>
        </p>
      )}
      <div className="body-content">
        {info.bytes === 0 && info.kept === 0 ? (
          <p className="faint pad">{t.detail.noBody}</p>
        ) : problem !== null ? (
          <p className="pad">{problem}</p>
        ) : decoded === null || mode === undefined ? (
          info.kept > 0 && <p className="faint pad">{t.app.loading}</p>
        ) : (
          <Boundary
            of={`${source} ${mode} ${searching}`}
            onRetry={() => setAttempt(attempt + 1)}
            raw={() => hexHead(bytes)}
          >
            {mode === 'image' ? (
              <ImageBody bytes={bytes} type={type} />
            ) : laying.failed !== null ? (
              <Rethrow thrown={laying.failed.thrown} />
            ) : laid === null ? (
              <p className="faint pad">{t.app.loading}</p>
            ) : (
              <Shown
                laid={laid}
                search={search}
                first={found?.first ?? -1}
                label={t.detail.body}
                numbered={mode !== 'hex'}
              />
            )}
          </Boundary>
        )}
      </div>
    </div>
  );
}

/** A body, decoded by its type: JSON tree, indented markup, form, image, text, hex. */
import { useEffect, useMemo, useState, type JSX } from 'react';
import type { BytesResult } from '../../proxy-core/contract/commands.ts';
import type { BodyInfo } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { copyText, saveFile } from '../ui/copy.ts';
import { formatBytes } from '../ui/format.ts';
import { useAnswer } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { bodyModes, decodeBody, decodeText, type BodyMode, type Decoded } from './body/decode.ts';
import { hexDump } from './body/hex.ts';
import { JsonTree } from './body/JsonTree.tsx';
import { cutLines, Lines } from './body/Lines.tsx';
import { prettyCss, prettyMarkup } from './body/pretty.ts';
import './body/body.css';

/** Shown at first; the rest on demand. */
const FIRST_BYTES = 512 * 1024;
/** One call's slice; the contract allows 4 MiB. */
const SLICE_BYTES = 2 * 1024 * 1024;

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

function ImageBody({ bytes, type }: { bytes: Uint8Array; type: string }): JSX.Element {
  const [size, setSize] = useState('');
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    const timer = setTimeout(() => setUrl(made), 0);
    return () => {
      clearTimeout(timer);
      URL.revokeObjectURL(made);
    };
  }, [bytes, type]);
  return (
    <figure className="image-body">
      {url !== null && <img src={url} alt="" onLoad={(event) => setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight}`)} />}
      <figcaption className="faint">{size}</figcaption>
    </figure>
  );
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

function Shown({ decoded, mode, type, search }: { decoded: Decoded; mode: BodyMode; type: string; search: string }): JSX.Element {
  const t = useTexts();
  const { bytes } = decoded;
  const label = t.detail.body;
  const text = useMemo(() => (mode === 'hex' || mode === 'image' ? '' : decodeText(bytes)), [bytes, mode]);
  const json = useMemo(() => (mode === 'json' ? parseJson(text) : null), [text, mode]);
  const lines = useMemo(() => {
    if (mode === 'image') return [];
    if (mode === 'hex') return hexDump(bytes);
    if (mode === 'pretty') return cutLines(/css/.test(type) ? prettyCss(text) : prettyMarkup(text));
    if (json?.ok === true && search !== '') return cutLines(JSON.stringify(json.value, null, 2));
    return cutLines(text);
  }, [bytes, mode, text, type, json, search]);
  if (mode === 'image') return <ImageBody bytes={bytes} type={type} />;
  if (mode === 'form') {
    return (
      <table className="fields">
        <tbody>
          {[...new URLSearchParams(text)].map(([name, value], index) => (
            <tr key={`${name}-${index}`}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  }
  if (json?.ok === true && search === '') {
    return (
      <div className="json" tabIndex={0} role="region" aria-label={label}>
        <JsonTree value={json.value} />
      </div>
    );
  }
  return <Lines lines={lines} search={search} label={label} numbered={mode !== 'hex'} />;
}

export function BodyView({ info, name, source, load }: BodyViewProps): JSX.Element {
  const t = useTexts();
  const b = t.detail.body_;
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<BodyMode | null>(null);
  const [search, setSearch] = useState('');
  const wanted = all ? info.kept : Math.min(info.kept, FIRST_BYTES);
  const { value: decoded, problem } = useAnswer(wanted === 0 ? null : `body-${source}`, wanted, async () => decodeBody(await loadUpTo(load, wanted), info.encoding));

  const type = info.mediaType ?? '';
  const modes = useMemo<BodyMode[]>(() => (decoded === null ? [] : decoded.kind === 'encoded' || decoded.kind === 'damaged' ? ['hex'] : bodyModes(info.mediaType, decoded.bytes)), [decoded, info.mediaType]);
  const mode = chosen !== null && modes.includes(chosen) ? chosen : modes[0];
  const found = useMemo(() => {
    if (decoded === null || search === '') return 0;
    return decodeText(decoded.bytes).toLowerCase().split(search.toLowerCase()).length - 1;
  }, [decoded, search]);

  const notes: string[] = [];
  if (info.kept < info.bytes) notes.push(b.sizes(formatBytes(info.kept), formatBytes(info.bytes)));
  if (info.note === 'truncated') notes.push(b.truncated);
  if (info.note === 'dropped') notes.push(b.dropped);
  if (info.note === 'not-captured') notes.push(b.notCaptured);
  if (decoded?.kind === 'encoded') notes.push(b.encoded(decoded.encoding));
  if (decoded?.kind === 'damaged') notes.push(b.damaged(decoded.encoding));

  return (
    <div className="body-view">
      <div className="section-head">
        <h2>{t.detail.body}</h2>
        <span className="faint cut">
          {[formatBytes(info.bytes), type, decoded?.kind === 'decoded' ? b.decoded(formatBytes(decoded.bytes.length), decoded.encoding) : ''].filter((part) => part !== '').join(' · ')}
        </span>
        <span className="grow" />
        {decoded !== null && mode !== undefined && (
          <>
            {mode !== 'image' && mode !== 'form' && mode !== 'hex' && (
              <label className="body-search">
                <Icon name="search" size={12} />
                <input aria-label={b.search} placeholder={b.search} value={search} onChange={(event) => setSearch(event.target.value)} />
                {search !== '' && <span className="faint">{b.found(found)}</span>}
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
              <button type="button" className="button quiet icon-only" aria-label={b.copy} title={b.copy} onClick={() => copyText(decodeText(decoded.bytes))}>
                <Icon name="copy" size={14} />
              </button>
            )}
            <button type="button" className="button quiet icon-only" aria-label={b.save} title={b.save} onClick={() => saveFile(name, 'application/octet-stream', [new Uint8Array(decoded.bytes)])}>
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
      <div className="body-content">
        {info.bytes === 0 && info.kept === 0 ? (
          <p className="faint pad">{t.detail.noBody}</p>
        ) : problem !== null ? (
          <p className="pad">{problem}</p>
        ) : decoded === null || mode === undefined ? (
          info.kept > 0 && <p className="faint pad">{t.app.loading}</p>
        ) : (
          <Shown decoded={decoded} mode={mode} type={type} search={search} />
        )}
      </div>
    </div>
  );
}

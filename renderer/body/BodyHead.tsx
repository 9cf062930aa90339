/** The head of a body: what it is, the ways to look at it, search, copy and save. Copy and save take all of it. */
import { useEffect, useRef, useState, type JSX } from 'react';
import type { BodyInfo } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { showToast } from '../state/toasts.ts';
import { copyText, saveFile } from '../ui/copy.ts';
import { formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { loadText, loadWhole, type Loaded, type LoadSlice } from './load.ts';
import type { BodyShown } from './use-body.ts';
import type { BodyMode } from './worker/kinds.ts';
import { SEARCH_MAX } from './worker/lines.ts';
import { decoderOf } from './worker/text.ts';

/** More is not put into the clipboard. */
const COPY_MAX_BYTES = 32 * 1024 * 1024;
const NO_SEARCH: ReadonlySet<BodyMode> = new Set(['image', 'media', 'font', 'form', 'parts']);

interface BodyHeadProps {
  info: BodyInfo;
  name: string;
  load: LoadSlice;
  loaded: Loaded | null;
  shown: BodyShown;
  search: string;
  onSearch: (text: string) => void;
  /** To the next line found, or back. */
  onStep: (by: 1 | -1) => void;
  onMode: (mode: BodyMode) => void;
}

/** Saves all of it; while that takes, its button says how far it is and stops it. */
function SaveButton({ name, load }: { name: string; load: LoadSlice }): JSX.Element {
  const b = useTexts().detail.body_;
  const [bytes, setBytes] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const save = async (): Promise<void> => {
    const control = new AbortController();
    stop.current = control;
    setBytes(0);
    try {
      const { blob, isWhole } = await loadWhole(load, 'application/octet-stream', setBytes, control.signal);
      saveFile(name, 'application/octet-stream', [blob]);
      if (!isWhole) showToast({ tone: 'bad', text: b.savedPart(formatBytes(blob.size)) });
    } catch (thrown) {
      if (!control.signal.aborted)
        showToast({ tone: 'bad', text: thrown instanceof Error ? thrown.message : String(thrown) });
    }
    setBytes(null);
  };
  return bytes === null ? (
    <button
      type="button"
      className="button quiet icon-only"
      aria-label={b.save}
      title={b.save}
      onClick={() => void save()}
    >
      <Icon name="save" size={14} />
    </button>
  ) : (
    <button type="button" className="button quiet" title={b.stopSaving} onClick={() => stop.current?.abort()}>
      <Icon name="close" size={12} />
      {formatBytes(bytes)}
    </button>
  );
}

export function BodyHead({
  info,
  name,
  load,
  loaded,
  shown: { opened, mode, found },
  search,
  onSearch,
  onStep,
  onMode,
}: BodyHeadProps): JSX.Element {
  const t = useTexts();
  const b = t.detail.body_;
  const charset = opened?.charset;
  const facts = [
    formatBytes(info.bytes),
    info.mediaType ?? '',
    charset !== undefined && charset.from !== 'default' && charset.charset !== 'utf-8' ? charset.charset : '',
    loaded?.state === 'decoded'
      ? loaded.more
        ? (info.encoding ?? '')
        : b.decoded(formatBytes(loaded.bytes.length), info.encoding ?? '')
      : '',
  ].filter((part) => part !== '');
  const copy = async (): Promise<void> => {
    if (charset === undefined) return;
    try {
      const { text, isWhole } = await loadText(load, decoderOf(charset), COPY_MAX_BYTES);
      copyText(text);
      if (!isWhole) showToast({ tone: 'bad', text: b.copiedPart(formatBytes(COPY_MAX_BYTES)) });
    } catch (thrown) {
      showToast({ tone: 'bad', text: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  };
  return (
    <div className="body-head">
      <h2>{t.detail.body}</h2>
      <span className="faint cut body-facts" title={facts.join(' · ')}>
        {facts.join(' · ')}
      </span>
      {opened !== null && mode !== undefined && (
        <span className="body-tools">
          {!NO_SEARCH.has(mode) && (
            <label className="body-search">
              <Icon name="search" size={12} />
              <input
                aria-label={b.search}
                placeholder={b.search}
                value={search}
                maxLength={SEARCH_MAX}
                title={mode === 'hex' ? `${b.searchBytes}. ${b.searchKeys}` : b.searchKeys}
                onChange={(event) => onSearch(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  onStep(event.shiftKey ? -1 : 1);
                }}
              />
              {search !== '' && <span className="faint">{found === null ? '…' : b.found(found.count)}</span>}
            </label>
          )}
          {opened.modes.length > 1 && (
            <span className="segmented" role="group" aria-label={b.view}>
              {opened.modes.map((item) => (
                <button key={item} type="button" aria-pressed={item === mode} onClick={() => onMode(item)}>
                  {b.modes[item]}
                </button>
              ))}
            </span>
          )}
          {opened.modes.includes('text') && (
            <button
              type="button"
              className="button quiet icon-only"
              aria-label={b.copy}
              title={b.copy}
              onClick={() => void copy()}
            >
              <Icon name="copy" size={14} />
            </button>
          )}
          <SaveButton name={name} load={load} />
        </span>
      )}
    </div>
  );
}

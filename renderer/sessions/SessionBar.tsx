/** Over the list while a file is open: which session is shown, how far it is read, what of it is not there. */
import { useEffect, useState, type JSX } from 'react';
import type { OpenedSession } from '../../proxy-core/contract/sessions.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { openSaving, useSessions } from '../state/sessions.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { formatBytes, formatCount, formatRatio } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { SessionStatistics } from './SessionStatistics.tsx';
import { showSession } from './show.ts';
import { sessionWords, useSessionWords } from './words.ts';
import './sessions.css';

const close = (id: string): void => void call('session.close', { id }).catch(showProblem);

function progressOf({ reading, size }: OpenedSession): string {
  return size > 0 ? formatRatio(reading.bytes, size) : formatBytes(reading.bytes);
}

function Tab({ session, isShown }: { session: OpenedSession; isShown: boolean }): JSX.Element {
  const w = useSessionWords();
  const { id, name, state, size, reading } = session;
  return (
    <span className="s-tab" data-shown={isShown}>
      <button
        type="button"
        className="s-name"
        aria-current={isShown ? 'true' : undefined}
        title={name}
        onClick={() => showSession(id)}
      >
        <Icon name="save" size={13} />
        <span className="cut">{name}</span>
        {state === 'reading' && (
          <>
            <progress
              {...(size > 0 && { value: reading.bytes, max: size })}
              aria-label={w.reading(progressOf(session))}
            />
            <span className="faint">{progressOf(session)}</span>
          </>
        )}
      </button>
      <button
        type="button"
        className="button quiet icon-only s-close"
        aria-label={state === 'reading' ? w.stop(name) : w.close(name)}
        title={state === 'reading' ? w.stop(name) : w.close(name)}
        onClick={() => close(id)}
      >
        <Icon name="close" size={13} />
      </button>
    </span>
  );
}

function Facts({ session }: { session: OpenedSession }): JSX.Element {
  const w = useSessionWords();
  const { reading } = session;
  const { malformed, tooLarge, noRoom } = reading.leftOut;
  const left = malformed + tooLarge + noRoom;
  return (
    <span className="s-facts faint">
      <span>{w.readOnly}</span>
      {reading.creator !== undefined && <span>{w.by(reading.creator)}</span>}
      {reading.isCut && (
        <span className="warn-text" title={`${w.cutHint} ${reading.problem ?? ''}`}>
          {w.cut}
        </span>
      )}
      {left > 0 && (
        <span
          className="warn-text"
          title={w.leftOutHint(formatCount(malformed), formatCount(tooLarge), formatCount(noRoom))}
        >
          {w.leftOut(formatCount(left))}
        </span>
      )}
    </span>
  );
}

/** Tells of files that could not be read, and lets go of them. */
function useFailures(opened: readonly OpenedSession[]): void {
  const failed = opened.find(({ state, problem }) => state === 'failed' && problem !== undefined);
  const { id, name = '', problem = '' } = failed ?? {};
  useEffect(() => {
    if (id === undefined) return;
    showToast({ tone: 'bad', text: sessionWords().failed(name, problem) });
    close(id);
  }, [id, name, problem]);
}

export function SessionBar(): JSX.Element {
  const t = useTexts();
  const w = useSessionWords();
  const opened = useSessions((state) => state.opened);
  const shown = useSessions((state) => state.shown);
  const [counted, setCounted] = useState(false);
  useFailures(opened);
  const session = opened.find(({ id }) => id === shown);
  return (
    <nav className="s-bar" aria-label={w.title}>
      <span className="s-tab" data-shown={shown === null}>
        <button
          type="button"
          className="s-name"
          aria-current={shown === null ? 'true' : undefined}
          onClick={() => showSession(null)}
        >
          <Icon name="record" size={13} />
          {w.live}
        </button>
      </span>
      {opened.map((item) => (
        <Tab key={item.id} session={item} isShown={item.id === shown} />
      ))}
      <span className="grow" />
      {session !== undefined && (
        <>
          <Facts session={session} />
          <button type="button" className="button quiet" onClick={() => setCounted(true)}>
            <Icon name="statistics" size={14} />
            {t.app.views.statistics}
          </button>
          <button type="button" className="button quiet" onClick={() => openSaving(true)}>
            <Icon name="save" size={14} />
            {w.save}
          </button>
        </>
      )}
      {counted && session !== undefined && <SessionStatistics name={session.name} onClose={() => setCounted(false)} />}
    </nav>
  );
}

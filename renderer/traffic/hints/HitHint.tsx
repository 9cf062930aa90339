/** One calm line over the table when few hits are seen: what was seen, what can be done, and a button that does it. */
import { useLayoutEffect, useRef, type JSX } from 'react';
import { setCacheMode, setIgnoreReload } from '../../app/actions.ts';
import { setIntercept } from '../../connect/actions.ts';
import { useTexts, type Catalogue } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.ts';
import { setFilterText } from '../../state/selection.ts';
import { showToast } from '../../state/toasts.ts';
import { clip, formatCount } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import type { Demand } from '../../../proxy-core/contract/exchange.ts';
import type { SettingKey, SettingsSnapshot } from '../../../proxy-core/contract/settings.ts';
import type { Hint, Tally } from './decide-hint.ts';
import { dismissHint, useHint } from './use-hint.ts';
import './hints.css';

interface Action {
  label: string;
  run: () => void;
}
interface Said {
  seen: string;
  todo: string;
  /** Changes a setting; a locked one is said instead. */
  acts?: Action & { on: SettingKey };
  shows?: string;
}

/** `no-cache 9, max-age 2`; a single one stands without its number. */
const tallied = (by: Tally<string>): string =>
  by.length === 1 ? by[0]![0] : by.map(([what, count]) => `${what} ${count}`).join(', ');

/** As the client wrote it. */
const asSent = (what: Demand): string => (what === 'pragma' ? 'Pragma: no-cache' : what);

function ignoreReloads(t: Catalogue): NonNullable<Said['acts']> {
  const h = t.hits.hint;
  return {
    label: h.ignore,
    on: 'ignoreClientCacheControl',
    run: () => setIgnoreReload(true, () => showToast({ tone: 'good', text: h.ignored, hint: h.ignoredHint })),
  };
}

function say(hint: Hint, t: Catalogue): Said {
  const h = t.hits.hint;
  switch (hint.kind) {
    case 'reload':
      return {
        seen: h.reload.seen(hint.of, formatCount(hint.count), tallied(hint.by.map(([what, n]) => [asSent(what), n]))),
        todo: h.reload.todo,
        acts: ignoreReloads(t),
        shows: 'is:reload',
      };
    case 'own-cache':
      return {
        seen:
          hint.seen === 'page'
            ? h.ownCache.page(hint.now, clip(hint.url), formatCount(hint.before))
            : h.ownCache.notModified(hint.of, formatCount(hint.count)),
        todo: h.ownCache.todo,
        acts: ignoreReloads(t),
      };
    case 'unread':
      return {
        seen: h.unread.seen(hint.of, formatCount(hint.count)),
        todo: h.unread.todo,
        acts: { label: h.unread.act, on: 'intercept', run: () => setIntercept('all') },
      };
    case 'cache-off':
      return {
        seen: h.cacheOff.seen,
        todo: h.cacheOff.todo,
        acts: { label: h.cacheOff.act, on: 'cacheMode', run: () => setCacheMode('standard') },
      };
    case 'not-stored':
      return {
        seen: h.notStored.seen(hint.of, formatCount(hint.count), tallied(hint.by)),
        todo: h.notStored.todo,
        shows: 'is:not-stored',
      };
    case 'first-time':
      return { seen: h.firstTime.seen(hint.count), todo: h.firstTime.todo };
  }
}

/** By what the setting is locked; null where it can be changed here. */
function lockOf(settings: SettingsSnapshot | null, key: SettingKey | undefined, t: Catalogue): string | null {
  const state = key === undefined ? undefined : settings?.[key];
  return state?.locked === true ? t.hits.hint.locked(t.settings.sources[state.source]) : null;
}

function HintBar({ hint }: { hint: Hint }): JSX.Element {
  const t = useTexts();
  const h = t.hits.hint;
  const settings = useConnection((state) => state.settings);
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = bar.current;
    // Whoever pressed a button in it by key is not left nowhere when it goes.
    return () => {
      if (element?.contains(document.activeElement) === true)
        document.querySelector<HTMLElement>('[data-testid=traffic-table]')?.focus();
    };
  }, []);
  const { seen, todo, acts, shows } = say(hint, t);
  const lock = lockOf(settings, acts?.on, t);
  return (
    <div ref={bar} className="hint" role="note" aria-label={h.label} data-testid="hint" data-kind={hint.kind}>
      <Icon name="help" size={16} />
      <p>
        <strong>{seen}</strong> {todo} {lock}
      </p>
      {shows !== undefined && (
        <button type="button" className="button" onClick={() => setFilterText(shows)}>
          {h.show}
        </button>
      )}
      {acts !== undefined && lock === null && (
        <button type="button" className="button" onClick={acts.run}>
          {acts.label}
        </button>
      )}
      <button
        type="button"
        className="button quiet icon-only"
        aria-label={h.dismiss}
        title={h.dismiss}
        onClick={() => dismissHint(hint.kind)}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}

export function HitHint(): JSX.Element | null {
  const hint = useHint();
  return hint === null ? null : <HintBar hint={hint} />;
}

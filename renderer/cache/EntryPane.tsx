/** One stored entry: freshness, fields, body, variants, history, and what can be done with it. */
import { useState, type JSX } from 'react';
import { charsetOf } from '../../proxy-core/contract/charset.ts';
import type { BodyInfo } from '../../proxy-core/contract/exchange.ts';
import { findStored } from '../../proxy-core/contract/explain/evidence/locate.ts';
import type { EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { EntryDetail } from '../../proxy-core/contract/entry.ts';
import { mediaTypeOf } from '../../proxy-core/contract/media-types.ts';
import { call } from '../connection/core.ts';
import { BodyView } from '../body/BodyView.tsx';
import { BackButton, onEscapeBack } from '../explain/evidence/use-jump-back.tsx';
import { FieldTable } from '../explain/FieldTable.tsx';
import { forgetJump, useJump } from '../state/jump.ts';
import '../explain/detail.css';
import { useTexts } from '../i18n/index.ts';
import { chooseEntryTab, ENTRY_TABS, usePanes } from '../state/panes.ts';
import { showTrafficOf, useCacheUi } from '../state/selection.ts';
import { useStats } from '../state/stats.ts';
import { Boundary } from '../ui/Boundary.tsx';
import { clip } from '../ui/format.ts';
import { useAnswer, useNow, useStaying } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { Tabs } from '../kit/Tabs.tsx';
import { EntryActions } from './EntryActions.tsx';
import { EntryFacts } from './EntryFacts.tsx';
import { Timeline } from './entry/Timeline.tsx';
import { freshnessText } from './Freshness.tsx';
import { remaining } from './freshness.ts';
import { HistoryTab } from './HistoryTab.tsx';
import './entry/entry.css';

/** What is said of the body by the stored fields. */
function bodyInfo({ entry, fields }: EntryDetail): BodyInfo {
  const valueOf = (name: string): string | undefined => fields.find(([field]) => field.toLowerCase() === name)?.[1];
  const encoding = valueOf('content-encoding');
  const mediaType = mediaTypeOf(valueOf('content-type'));
  const charset = charsetOf(valueOf('content-type'));
  return {
    bytes: entry.bodyBytes,
    kept: entry.bodyBytes,
    ...(encoding !== undefined && { encoding }),
    ...(mediaType !== undefined && { mediaType }),
    ...(charset !== undefined && { charset }),
  };
}

export function EntryPane({ id: wanted }: { id: EntryId }): JSX.Element {
  const t = useTexts();
  const now = useNow(1000);
  const jump = useJump((state) => state.jump);
  // An explanation led to one of its fields.
  const led =
    jump?.to.kind === 'stored' && jump.to.entryId === wanted ? { ref: jump.to.ref, from: jump.from } : undefined;
  const chosen = usePanes((state) => state.entry);
  const tab = led === undefined ? chosen : 'fields';
  const [asked, setAsked] = useState(0);
  const cacheVersion = useStats((state) => state.latest?.cache.version ?? 0);
  // Hits do not raise the cache's version; once in a while is enough for them.
  const slow = Math.floor(now / 3000);
  const key = `entry-${wanted}`;
  const answer = useAnswer(key, cacheVersion + slow + asked * 1e9, () => call('entry.get', { id: wanted }));
  const detail = useStaying(key, answer);
  const close = (): void => useCacheUi.setState({ entryId: null });

  if (detail === null) {
    return (
      <section className="detail" aria-label={t.cache.detail} data-testid="detail-pane">
        <div className="empty">
          {answer.problem === null ? t.app.loading : t.cache.gone}
          {answer.problem !== null && (
            <button type="button" className="button" onClick={close}>
              {t.app.close}
            </button>
          )}
        </div>
      </section>
    );
  }
  const { entry } = detail;
  const { id } = entry;
  return (
    <section
      className="detail"
      aria-label={t.cache.detail}
      data-testid="detail-pane"
      {...(led !== undefined && { onKeyDown: onEscapeBack })}
    >
      <div className={`d-banner e-banner is-${remaining(entry, now).state}`}>
        <div className="d-line">
          <strong>{entry.status}</strong>
          <span className="d-method">{entry.method}</span>
          <span className="d-url cut" title={clip(entry.url)}>
            {clip(entry.url)}
          </span>
          {entry.pinned && (
            <span className="pinned" title={t.cache.pinned}>
              <Icon name="pin" size={14} filled />
            </span>
          )}
          <button
            type="button"
            className="button quiet icon-only"
            aria-label={t.app.close}
            title={t.app.close}
            onClick={close}
          >
            <Icon name="close" />
          </button>
        </div>
        <p className="d-sentence">{freshnessText(entry, now, t)}</p>
        <Timeline entry={entry} now={now} />
        <EntryActions key={id} entry={entry} onChanged={() => setAsked((n) => n + 1)} />
      </div>
      <Tabs
        label={t.cache.detail}
        tabs={ENTRY_TABS.map((item) => ({ id: item, label: t.cache.tabs[item] }))}
        active={tab}
        onChange={(next) => {
          forgetJump();
          chooseEntryTab(next);
        }}
        aside={
          <>
            {led === undefined ? <span className="grow" /> : <BackButton from={led.from} />}
            <button type="button" className="button quiet" onClick={() => showTrafficOf(entry.url)}>
              <Icon name="traffic" size={14} />
              {t.cache.showTraffic}
            </button>
          </>
        }
        panel={(of) => (
          <Boundary of={id} raw={() => JSON.stringify(detail, null, 2)}>
            {of === 'overview' && <EntryFacts detail={detail} now={now} />}
            {of === 'fields' && (
              <FieldTable fields={detail.fields} raw={false} mark={led && findStored(detail.fields, led.ref)} />
            )}
            {of === 'body' && (
              <BodyView
                info={bodyInfo(detail)}
                name={entry.url.split('?')[0]?.split('/').pop() || entry.host}
                source={`entry-${id}-${entry.storedAtMs}-${entry.etag ?? ''}`}
                place="entry"
                load={(range) => call('entry.body', { id, ...range })}
              />
            )}
            {of === 'history' && <HistoryTab detail={detail} now={now} />}
          </Boundary>
        )}
      />
    </section>
  );
}

/**
 * Why it ended so, in one look: the step that decided, beside it the nearest stored response, and what would have made it a
 * hit. Every other step is folded below.
 */
import { useId, type JSX, type ReactNode } from 'react';
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import {
  evidenceOfReason,
  evidenceOfStep,
  type Evidence,
} from '../../../proxy-core/contract/explain/evidence/locate.ts';
import type { ExchangeFix } from '../../../proxy-core/contract/fix/fix.ts';
import { REASONS } from '../../../proxy-core/contract/reasons.ts';
import { useTexts } from '../../i18n/index.ts';
import { Disclosure } from '../../kit/Disclosure.tsx';
import { useFold } from '../../state/folds.ts';
import { usePrefs } from '../../state/prefs.ts';
import { selectOnly } from '../../state/selection.ts';
import { ring } from '../../state/traffic.ts';
import type { TrafficRow } from '../../state/traffic-ring.ts';
import { Icon } from '../../ui/icons.tsx';
import { Quotes } from '../evidence/Quotes.tsx';
import { useStored } from '../evidence/use-stored.ts';
import { FixCard } from '../fix/FixIt.tsx';
import { SpecLink } from '../SpecLink.tsx';
import { explainStep, whatWouldMakeItAHit } from '../texts.ts';
import { Checks } from './Checks.tsx';
import { decidingSteps } from './deciding.ts';
import { NeighbourCard } from './NeighbourCard.tsx';
import './why.css';

export function WhyTab({
  detail,
  fix,
  row,
}: {
  detail: ExchangeDetail;
  fix: ExchangeFix | null;
  row: TrafficRow;
}): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const { reason } = row;
  const { trace } = detail;
  const advice = reason === undefined ? [] : whatWouldMakeItAHit(language, reason, detail.facts);
  const deciding = decidingSteps(detail);
  // Of what waits nothing decided yet: its steps are all there is to see.
  const [open, toggle] = useFold('checks', false);
  const ofReason = evidenceOfReason(detail);
  const ofSteps = new Map(trace.map((step) => [step, evidenceOfStep(detail, step)]));
  const stored = useStored(detail, [ofReason, ...ofSteps.values()]);
  const quotes = (all: readonly Evidence[], of: string): JSX.Element => (
    <Quotes all={all} of={of} from={{ key: row.key, tab: 'why' }} stored={stored} />
  );
  const ofMain = deciding.main === undefined ? [] : (ofSteps.get(deciding.main) ?? []);
  const checks = <Checks trace={trace} quotesOf={(step, n) => quotes(ofSteps.get(step) ?? [], `step-${n}`)} />;
  return (
    <div className="why">
      <div className="why-main">
        {reason !== undefined && (
          <DecidedCard
            detail={detail}
            row={row}
            deciding={deciding}
            quotes={quotes(ofReason.length > 0 ? ofReason : ofMain, 'reason')}
          />
        )}
        {trace.length === 0 ? (
          <p className="faint why-checks">{t.detail.noTrace}</p>
        ) : reason === undefined ? (
          <div className="why-checks">{checks}</div>
        ) : (
          <Disclosure
            className="why-checks"
            title={t.panes.checks(trace.length)}
            note={deciding.passed > 0 ? t.panes.checksPassed(deciding.passed) : undefined}
            open={open}
            onToggle={toggle}
          >
            {checks}
          </Disclosure>
        )}
      </div>
      <div className="why-side">
        {reason !== undefined && detail.neighbour !== undefined && <NeighbourCard neighbour={detail.neighbour} />}
        {reason !== undefined && (advice.length > 0 || fix !== null) && (
          <div className="why-help">
            {advice.length > 0 && (
              <section className="card">
                <h2>{t.detail.wouldHit}</h2>
                <ul className="advice">
                  {advice.map((text) => (
                    <li key={text}>{text}</li>
                  ))}
                </ul>
              </section>
            )}
            {fix !== null && <FixCard key={row.key} fix={fix} url={row.url} />}
          </div>
        )}
      </div>
    </div>
  );
}

/** The step the reason rests on with what it quotes, what else was decided, and how this exchange hangs together with others. */
function DecidedCard({
  detail,
  row,
  deciding: { main, others },
  quotes,
}: {
  detail: ExchangeDetail;
  row: TrafficRow;
  deciding: ReturnType<typeof decidingSteps>;
  quotes: ReactNode;
}): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const title = useId();
  const spec = main?.spec ?? (row.reason === undefined ? undefined : REASONS[row.reason].spec);
  const goTo = (id: number): void => selectOnly(ring.keyOf(id));
  return (
    <section className="card decided" aria-labelledby={title} data-testid="decided">
      <div className="card-head">
        <h2 id={title}>{t.panes.decided}</h2>
        <code className="faint">{row.reason}</code>
        {spec !== undefined && <SpecLink spec={spec} />}
      </div>
      {main !== undefined && <p className="decided-step">{explainStep(language, main)}</p>}
      {quotes}
      {others.length > 0 && (
        <ul className="decided-others" aria-label={t.panes.decidedToo}>
          {others.map((step, index) => (
            <li key={`${step.code}-${index}`}>
              <Icon name="record" size={10} filled />
              <span>{explainStep(language, step)}</span>
            </li>
          ))}
        </ul>
      )}
      {detail.cacheStatusHeader !== undefined && (
        <p className="decided-status" title={detail.cacheStatusHeader}>
          <span className="faint">{t.detail.headerValue}</span> <code>{detail.cacheStatusHeader}</code>
        </p>
      )}
      {row.collapsed === true && <p>{t.detail.collapsed}</p>}
      {row.parentId !== undefined && (
        <p>
          {t.detail.parent} <LinkButton onClick={() => goTo(row.parentId ?? 0)}>#{row.parentId}</LinkButton>
        </p>
      )}
      {detail.childIds !== undefined && detail.childIds.length > 0 && (
        <p>
          {t.detail.children}{' '}
          {detail.childIds.map((id) => (
            <LinkButton key={id} onClick={() => goTo(id)}>
              #{id}
            </LinkButton>
          ))}
        </p>
      )}
    </section>
  );
}

function LinkButton({ onClick, children }: { onClick: () => void; children: ReactNode }): JSX.Element {
  return (
    <button type="button" className="link" onClick={onClick}>
      {children}
    </button>
  );
}

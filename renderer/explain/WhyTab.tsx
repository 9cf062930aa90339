/** Why it ended so: the recorded steps, the nearest stored response, what would have made it a hit. */
import type { JSX, ReactNode } from 'react';
import type { ExchangeDetail, ExchangeState } from '../../proxy-core/contract/exchange.ts';
import { REASONS, type Neighbour, type TraceInput, type TraceStep } from '../../proxy-core/contract/reasons.ts';
import { useTexts } from '../i18n/index.ts';
import { usePrefs } from '../state/prefs.ts';
import { selectOnly, showEntry } from '../state/selection.ts';
import { ring } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { clip, formatClock, formatAge } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { evidenceOfReason, evidenceOfStep, type Evidence } from '../../proxy-core/contract/explain/evidence/locate.ts';
import { Quotes } from './evidence/Quotes.tsx';
import { useStored } from './evidence/use-stored.ts';
import { FixIt } from './fix/FixIt.tsx';
import { SpecLink } from './SpecLink.tsx';
import { explainStep, whatWouldMakeItAHit } from './texts.ts';

/** As a row goes on, what would mend it may be another thing. */
const STAGES: readonly ExchangeState[] = ['pending', 'open', 'done', 'failed', 'client-left'];

const inputText = (value: TraceInput): string => (value === null ? '–' : clip(String(value)));

function Step({ step, n, children }: { step: TraceStep; n: number; children: ReactNode }): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const inputs = Object.entries(step.inputs);
  return (
    <li className={`step ${step.result}`}>
      <span className="step-mark" title={t.detail.step[step.result]}>
        {step.result === 'stop' ? (
          <Icon name="record" size={12} filled />
        ) : step.result === 'note' ? (
          <Icon name="PENDING" size={12} />
        ) : (
          <Icon name="check" size={12} />
        )}
        <span className="hidden-text">
          {n}. {t.detail.step[step.result]}
        </span>
      </span>
      <div className="grow">
        <div className="step-text">{explainStep(language, step)}</div>
        {children}
        <div className="step-meta">
          <code className="faint">{step.code}</code>
          {inputs.map(([name, value]) => (
            <span key={name} className="input-pair">
              <span className="faint">{name}</span> <code>{inputText(value)}</code>
            </span>
          ))}
        </div>
      </div>
      {step.spec !== undefined && <SpecLink spec={step.spec} />}
    </li>
  );
}

function NeighbourCard({ neighbour }: { neighbour: Neighbour }): JSX.Element {
  const t = useTexts();
  const { difference: d, entryId } = neighbour;
  const value = (text: string | null): JSX.Element =>
    text === null ? <em className="faint">{t.detail.neighbourAbsent}</em> : <code>{clip(text)}</code>;
  return (
    <section className="card">
      <h2>{t.detail.neighbour}</h2>
      <div className="neighbour-url">
        <code className="cut">{clip(neighbour.url)}</code>
        {entryId !== undefined && (
          <button type="button" className="button" onClick={() => showEntry(entryId)}>
            {t.detail.openEntry}
          </button>
        )}
      </div>
      {d.kind === 'expired' ? (
        <p>{t.detail.neighbourExpired(formatAge(d.secondsAgo))}</p>
      ) : d.kind === 'removed' ? (
        <p>
          {t.detail.neighbourRemoved(t.detail.removal[d.why], formatClock(d.atMs, false))}
          {d.by !== undefined && <code> {d.by}</code>}
        </p>
      ) : (
        <div className="compare">
          <span className="faint">
            {t.detail.difference[d.kind]}{' '}
            {d.kind === 'vary' ? <code>{d.field}</code> : d.kind === 'query' ? <code>{d.parameter}</code> : null}
          </span>
          <span className="compare-side">
            <span className="faint">{t.detail.neighbourStored}</span> {value(d.stored)}
          </span>
          <span className="compare-side">
            <span className="faint">{t.detail.neighbourSent}</span> {value(d.sent)}
          </span>
        </div>
      )}
    </section>
  );
}

export function WhyTab({ detail, row }: { detail: ExchangeDetail; row: TrafficRow }): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const { reason } = row;
  const advice = reason === undefined ? [] : whatWouldMakeItAHit(language, reason, detail.facts);
  const phases = (['request', 'upstream', 'response', 'store'] as const).map((phase) => ({
    phase,
    steps: detail.trace.filter((step) => step.phase === phase),
  }));
  const ofReason = evidenceOfReason(detail);
  const ofSteps = new Map(detail.trace.map((step) => [step, evidenceOfStep(detail, step)]));
  const stored = useStored(detail, [ofReason, ...ofSteps.values()]);
  const quotes = (all: readonly Evidence[], of: string): JSX.Element => (
    <Quotes all={all} of={of} from={{ key: row.key, tab: 'why' }} stored={stored} />
  );
  const goTo = (id: number): void => selectOnly(ring.keyOf(id));
  let n = 0;
  return (
    <div className="why">
      <div className="why-aside">
        {reason !== undefined && (
          <section className="card reason-card">
            <div className="reason-line">
              <code>{reason}</code>
              <SpecLink spec={REASONS[reason].spec} />
            </div>
            {quotes(ofReason, 'reason')}
            {detail.cacheStatusHeader !== undefined && (
              <p className="step-meta">
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
        )}
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
        {reason !== undefined && <FixIt row={row} version={STAGES.indexOf(row.state)} />}
        {reason !== undefined && detail.neighbour !== undefined && <NeighbourCard neighbour={detail.neighbour} />}
      </div>
      <div className="why-steps">
        {detail.trace.length === 0 && <p className="faint">{t.detail.noTrace}</p>}
        {phases.map(({ phase, steps }) =>
          steps.length === 0 ? null : (
            <section key={phase}>
              <h2>{t.detail.phases[phase]}</h2>
              <ol className="steps">
                {steps.map((step, index) => (
                  <Step key={`${step.code}-${index}`} step={step} n={++n}>
                    {quotes(ofSteps.get(step) ?? [], `step-${n}`)}
                  </Step>
                ))}
              </ol>
            </section>
          ),
        )}
      </div>
    </div>
  );
}

function LinkButton({ onClick, children }: { onClick: () => void; children: ReactNode }): JSX.Element {
  return (
    <button type="button" className="link" onClick={onClick}>
      {children}
    </button>
  );
}

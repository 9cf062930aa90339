/** Every recorded step, one after the other, by the question it belongs to. */
import type { JSX, ReactNode } from 'react';
import type { TraceInput, TraceStep } from '../../../proxy-core/contract/reasons.ts';
import { useTexts } from '../../i18n/index.ts';
import { usePrefs } from '../../state/prefs.ts';
import { clip } from '../../ui/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { SpecLink } from '../SpecLink.tsx';
import { explainStep } from '../texts.ts';

const inputText = (value: TraceInput): string => (value === null ? '–' : clip(String(value)));

/** What a step was called and what it looked at, as recorded. */
function StepInputs({ step }: { step: TraceStep }): JSX.Element {
  return (
    <div className="step-meta">
      <code className="faint">{step.code}</code>
      {Object.entries(step.inputs).map(([name, value]) => (
        <span key={name} className="input-pair">
          <span className="faint">{name}</span> <code>{inputText(value)}</code>
        </span>
      ))}
    </div>
  );
}

function Step({ step, n, children }: { step: TraceStep; n: number; children: ReactNode }): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
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
        <StepInputs step={step} />
      </div>
      {step.spec !== undefined && <SpecLink spec={step.spec} />}
    </li>
  );
}

export function Checks({
  trace,
  quotesOf,
}: {
  trace: readonly TraceStep[];
  /** What a step quotes; `n` counts from 1. */
  quotesOf: (step: TraceStep, n: number) => ReactNode;
}): JSX.Element {
  const t = useTexts();
  let n = 0;
  return (
    <div className="why-steps">
      {(['request', 'upstream', 'response', 'store'] as const).map((phase) => {
        const steps = trace.filter((step) => step.phase === phase);
        if (steps.length === 0) return null;
        return (
          <section key={phase}>
            <h3>{t.detail.phases[phase]}</h3>
            <ol className="steps">
              {steps.map((step, index) => (
                <Step key={`${step.code}-${index}`} step={step} n={++n}>
                  {quotesOf(step, n)}
                </Step>
              ))}
            </ol>
          </section>
        );
      })}
    </div>
  );
}

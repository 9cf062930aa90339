/** Makes trace steps: what a decision looked at, recorded when it looked. */
import { STEP_SPECS, type StepCode } from '../../contract/explain/step-codes.ts';
import type { TraceInput, TraceStep } from '../../contract/reasons.ts';

/** A trace under construction for one decision. */
export class Trace {
  readonly steps: TraceStep[] = [];
  readonly #phase: TraceStep['phase'];

  constructor(phase: TraceStep['phase']) {
    this.#phase = phase;
  }

  pass(code: StepCode, inputs: Record<string, TraceInput>, spec?: string): void {
    this.#add(code, 'pass', inputs, spec);
  }

  stop(code: StepCode, inputs: Record<string, TraceInput>, spec?: string): void {
    this.#add(code, 'stop', inputs, spec);
  }

  note(code: StepCode, inputs: Record<string, TraceInput>, spec?: string): void {
    this.#add(code, 'note', inputs, spec);
  }

  /** What was decided so far is not the end of it. */
  goOn(): void {
    for (const step of this.steps) if (step.result === 'stop') step.result = 'pass';
  }

  /** `own`: the clause, where it is another one than the step's. */
  #add(code: StepCode, result: TraceStep['result'], inputs: Record<string, TraceInput>, own?: string): void {
    const spec = own ?? STEP_SPECS[code];
    this.steps.push(
      spec === undefined
        ? { code, phase: this.#phase, result, inputs }
        : { code, phase: this.#phase, result, inputs, spec },
    );
  }
}

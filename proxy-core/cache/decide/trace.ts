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

  pass(code: StepCode, inputs: Record<string, TraceInput>): void {
    this.#add(code, 'pass', inputs);
  }

  stop(code: StepCode, inputs: Record<string, TraceInput>): void {
    this.#add(code, 'stop', inputs);
  }

  note(code: StepCode, inputs: Record<string, TraceInput>): void {
    this.#add(code, 'note', inputs);
  }

  #add(code: StepCode, result: TraceStep['result'], inputs: Record<string, TraceInput>): void {
    const spec = STEP_SPECS[code];
    this.steps.push(
      spec === undefined
        ? { code, phase: this.#phase, result, inputs }
        : { code, phase: this.#phase, result, inputs, spec },
    );
  }
}

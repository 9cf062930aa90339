/** What can be wrong with a filter line, and where. */

export interface FilterProblem {
  code:
    | 'quote'
    | 'regex-bad'
    | 'regex-hard'
    | 'too-deep'
    | 'too-long'
    | 'too-many-reads'
    | 'bracket-open'
    | 'bracket-close'
    | 'empty-value'
    | 'unknown-key'
    | 'not-here'
    | 'bad-value'
    | 'bad-op'
    | 'nothing-after';
  /** What the message speaks of: the key, the value. */
  what: string;
  /** Where in the line it stands, from 0. */
  at: number;
  /** What would be accepted there: words of the language, or what an amount is made of. */
  accepts?: readonly string[];
}

export class FilterError extends Error {
  readonly problem: FilterProblem;
  constructor(problem: FilterProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** English texts of the details of an exchange and of an entry. */
import { countedEn as counted } from './counted.ts';

export const panesEn = {
  decided: 'What decided',
  decidedToo: 'Decided, too',
  checks: counted({ one: 'The one check, step by step', other: 'All # checks, step by step' }),
  checksPassed: counted({ one: '# check passed', other: '# checks passed' }),
};

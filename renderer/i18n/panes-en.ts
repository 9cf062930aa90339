/** English texts of the details of an exchange and of an entry. */
import { countedEn as counted } from './counted.ts';

export const panesEn = {
  decided: 'What decided',
  decidedToo: 'Decided, too',
  checks: counted({ one: 'The one check, step by step', other: 'All # checks, step by step' }),
  checksPassed: counted({ one: '# check passed', other: '# checks passed' }),
  fields: counted({ one: '# field', other: '# fields' }),
  differ: counted({ one: '# difference', other: '# differences' }),
  allFields: 'All fields',
  dropped: 'The origin sent it, the client did not get it',
  added: 'Not from the origin',
  originSent: 'The origin sent',
  clientGot: 'The client got',
  phase: 'Phase',
  phaseFrom: 'From',
  phaseTook: 'Took',
  reusedTiming: 'The connection was there already: no look-up, no connecting, no handshake.',
  life: 'Its life',
  storedAt: (at: string, ago: string) => `Stored ${at} (${ago})`,
  until: {
    fresh: (at: string) => `fresh until ${at}`,
    swr: (at: string) => `stale while it is revalidated, until ${at}`,
    sie: (at: string) => `stale if the origin fails, until ${at}`,
  },
  freshness: 'Freshness',
  now: 'now',
};

/** English texts of the picture of caches; its sentences are the contract's (`explain/chain.ts`). */
import { countedEn as counted, sameEn as same } from './counted.ts';

export const chainEn = {
  label: 'From the client to the origin',
  kinds: {
    client: 'Client',
    this: 'This proxy',
    cache: 'Cache',
    application: 'Cache of the application',
    proxy: 'Proxy',
    origin: 'Origin',
  },
  read: 'Read from',
  earlier: (state: string) => `earlier: ${state}`,
  answered: 'The response came from here',
  nobody: 'No field tells of another cache on the way.',
  contradictions: 'What does not go together',
  unknown: 'Not understood',
  cut: counted(same('Left out because there was too much: #')),
  none: 'There is no response whose way could be told.',
  mark: counted(same('What does not go together: #')),
};

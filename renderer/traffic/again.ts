/** A captured request, sent again. What does it comes with the view that composes requests. */
import { showProblem } from '../state/toasts.ts';
import { ring } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';

type Again = 'editAgain' | 'sendAgain' | 'sendSeveral';

/** How, and by which key in the table. */
export const AGAIN: readonly { how: Again; keys?: string }[] = [
  { how: 'sendAgain', keys: 'r' },
  { how: 'editAgain', keys: 'e' },
  { how: 'sendSeveral' },
];

/** How often, until something else is said. */
const SEVERAL = 10;

export const canSendAgain = (row: TrafficRow): boolean => row.kind === 'http' && ring.isLive(row.key);

export function sendAgain(how: Again, { id }: TrafficRow): void {
  import('../compose/state.ts')
    .then((compose) =>
      how === 'sendAgain' ? compose.sendAgain(id) : compose.editAgain(id, how === 'sendSeveral' ? SEVERAL : 1),
    )
    .catch(showProblem);
}

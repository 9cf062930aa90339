/** Colours of removals by reason, by CSS variable. */
import type { RemovalReason } from '../../proxy-core/contract/reasons.ts';

export const REASON_COLOURS: Record<RemovalReason, string> = {
  capacity: '--graph-5',
  expired: '--graph-3',
  invalidated: '--graph-4',
  replaced: '--graph-6',
  user: '--graph-1',
};

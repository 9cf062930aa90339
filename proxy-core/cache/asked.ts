/** What a request was about, by its plan, for the decision about its response. */
import type { Asked } from './decide/response.ts';
import type { RequestPlan } from './plan.ts';
import { StoredEntry } from './store/stored-entry.ts';

export function askedOf(plan: RequestPlan): Asked<StoredEntry> {
  const explanation = { reason: plan.reason, facts: plan.facts };
  switch (plan.kind) {
    case 'validate':
    case 'serve-stale-and-revalidate': {
      const { entry } = plan.validation;
      return { kind: 'validate', ...explanation, ...(entry instanceof StoredEntry && { candidate: entry }) };
    }
    case 'fetch':
      return {
        kind: 'fetch',
        ...explanation,
        ...(plan.wanted !== undefined && { wanted: plan.wanted }),
        ...(plan.stale instanceof StoredEntry && { candidate: plan.stale }),
      };
    default:
      return { kind: 'bypass', ...explanation };
  }
}

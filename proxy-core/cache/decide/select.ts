/** Which of the responses stored under a URL answers a request (RFC 9111 §4, §4.1). Pure. */
import { ifRangeHolds } from '../../http/conditionals.ts';
import type { Head } from '../../http/head.ts';
import { parseRange } from '../../http/ranges.ts';
import type { Candidate } from './candidate.ts';
import { findVaryDifference, findVaryDifferences, type VaryDifference } from './vary.ts';

/** Stored responses whose Vary fields match, the newest first; when none does, how the first candidate differs. */
export function selectByVary<C extends Candidate>(
  candidates: readonly C[],
  request: Head,
): { match: readonly C[]; nearest?: C; difference?: VaryDifference } {
  if (candidates.length === 1 && candidates[0]!.varyBy.length === 0) return { match: candidates };
  const match: C[] = [];
  for (const candidate of candidates) {
    const found =
      candidate.varyBy.length === 0
        ? undefined
        : findVaryDifference(candidate.varyBy, request, candidate.head.get('content-language'));
    if (found === undefined) match.push(candidate);
  }
  // The most recent of several counts (RFC 9111 §4.1).
  if (match.length > 1) match.sort((a, b) => b.storedAtMs - a.storedAtMs);
  return match.length > 0 ? { match } : { match, ...nearestOf(candidates, request) };
}

/** Of variants none of which matches, the one that differs in the fewest fields; the first of several. */
function nearestOf<C extends Candidate>(
  candidates: readonly C[],
  request: Head,
): { nearest?: C; difference?: VaryDifference } {
  let best: { nearest: C; differences: VaryDifference[] } | undefined;
  for (const nearest of candidates) {
    const differences = findVaryDifferences(nearest.varyBy, request, nearest.head.get('content-language'));
    if (best === undefined || differences.length < best.differences.length) best = { nearest, differences };
  }
  const [first, ...others] = best?.differences ?? [];
  if (best === undefined || first === undefined) return {};
  const also = others.map(({ field }) => field).join(', ');
  return { nearest: best.nearest, difference: others.length > 0 ? { ...first, also } : first };
}

/** True when the stored response can answer this method and range at all. */
export function fits(candidate: Candidate, method: string, request: Head): boolean {
  if (candidate.headOnly) return method === 'HEAD';
  if (!candidate.partial) return true;
  if (method === 'HEAD') return false;
  const held = candidate.contentRange;
  const range = request.get('range');
  if (held?.length === undefined || range === undefined) return false;
  if (
    !ifRangeHolds(request, { etag: candidate.etag, lastModified: candidate.lastModified, dateMs: candidate.bornAtMs })
  )
    return false;
  const asked = parseRange(range, held.length);
  return asked.kind === 'spans' && asked.spans.every((span) => span.first >= held.first && span.last <= held.last);
}

/** Names of the fields a stored response varies by. */
export function namesOf(candidate: Candidate): string {
  return candidate.varyBy.filter((_, index) => index % 2 === 0).join(', ');
}

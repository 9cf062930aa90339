/** Explanations in English. */
import type { ExplainTexts } from './texts.ts';
import { EN_ADVICE } from './en/advice.ts';
import { neighbour } from './en/neighbours.ts';
import { EN_REASONS } from './en/reasons.ts';
import { replyMade } from './en/reply.ts';
import { EN_STEPS } from './en/steps.ts';
import { unusedWindow, variantsStored } from './en/words.ts';

export const EN: ExplainTexts = {
  notStored: 'not stored, because ',
  reasons: EN_REASONS,
  variants: (count) => ` (${variantsStored(count)}, this is the nearest)`,
  waited: (f) =>
    f['waited'] === 'shared'
      ? 'another request for it was under way, and this one got the same answer'
      : f['waited'] === 'stored'
        ? 'this request had waited for another one’s answer, which is stored now'
        : 'this request had waited for another one’s answer, which cannot be shared',
  unused: (f) =>
    `the stored response does not stand in, because ${unusedWindow(f['sieUnused'], f['sieWindow'], f['status'], f['sieBy'])}`,
  reply: replyMade,
  neighbour,
  steps: EN_STEPS,
  advice: EN_ADVICE,
  asks: (directive) => `In any case a request without ${directive}.`,
};

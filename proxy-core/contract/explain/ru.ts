/** Объяснения по-русски. */
import type { ExplainTexts } from './texts.ts';
import { RU_ADVICE } from './ru/advice.ts';
import { neighbour } from './ru/neighbours.ts';
import { RU_REASONS } from './ru/reasons.ts';
import { replyMade } from './ru/reply.ts';
import { RU_STEPS } from './ru/steps.ts';
import { unusedWindow, variants } from './ru/words.ts';

export const RU: ExplainTexts = {
  notStored: 'не сохранён, потому что ',
  reasons: RU_REASONS,
  variants: (count) => ` (сохранено: ${variants(count)}, это ближайший)`,
  waited: (f) =>
    f['waited'] === 'shared'
      ? 'такой же запрос уже был в пути, и этот получил тот же ответ'
      : f['waited'] === 'stored'
        ? 'этот запрос ждал ответа на такой же; теперь тот сохранён'
        : 'этот запрос ждал ответа на такой же, но тот ответ нельзя отдавать другим',
  unused: (f) =>
    `сохранённый ответ заменить не может: ${unusedWindow(f['sieUnused'], f['sieWindow'], f['status'], f['sieBy'])}`,
  reply: replyMade,
  neighbour,
  steps: RU_STEPS,
  advice: RU_ADVICE,
  asks: (directive) => `В любом случае запрос без ${directive}.`,
};

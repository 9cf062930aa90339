/** What is said to be stored near by, or to have been here, is, or was. */
import type { Claims } from './claims.ts';
import type { Exchange } from './flights.ts';
import { NO_FIELD, selectingValue } from './stored.ts';
import type { Tally } from './tally.ts';

/** Reasons whose sentence tells of the neighbour. */
const TOLD = [
  'uri-miss',
  'vary-mismatch',
  'method-mismatch',
  'evicted-capacity',
  'evicted-by-user',
  'invalidated',
  'expired-removed',
];

export function checkNeighbour(
  { neighbour, reason, words }: Claims,
  exchange: Exchange,
  about: string,
  tally: Tally,
): void {
  const { near } = exchange.plan;
  if (neighbour === undefined || near === undefined || reason === undefined || !TOLD.includes(reason)) return;
  const { difference, url } = neighbour;
  const { sentence } = words.en;
  const hold = (is: boolean, text: string): void => {
    tally.checked('neighbour');
    if (!is) tally.contradict('neighbour', `${about}: ${sentence}: ${text}`);
  };
  switch (difference.kind) {
    case 'removed': {
      hold(near.gone?.atMs === difference.atMs, `not removed at ${difference.atMs}`);
      hold(near.gone?.why === difference.why, `removed for ${near.gone?.why}, not ${difference.why}`);
      // Local time, as the sentence has it.
      const clock = new Date(difference.atMs).toTimeString().slice(0, 8);
      hold(sentence.includes(clock) && words.ru.sentence.includes(clock), `it was at ${clock}`);
      return;
    }
    case 'vary': {
      const { field, stored, sent } = difference;
      const name = field.toLowerCase();
      const held = near.under.flatMap(({ selecting }) =>
        selecting.filter((pair) => pair[0] === name).map((pair) => pair[1]),
      );
      hold(held.includes(stored ?? NO_FIELD), `nothing is stored for ${stored}`);
      hold(selectingValue(exchange.asked.fields, name) === (sent ?? NO_FIELD), `${sent} was not sent`);
      hold(stored !== sent, 'they do not differ');
      return;
    }
    case 'method':
      hold(
        near.under.some(({ headOnly }) => headOnly),
        'no answer to HEAD is stored',
      );
      return;
    case 'expired':
      return;
    default:
      hold(url !== exchange.asked.url && near.urls.includes(url), `${url} is not stored`);
      hold(!near.urls.includes(exchange.asked.url), `${exchange.asked.url} is stored`);
  }
}

/** Heads as they came, in the form of the header sets (`proxy-core/contract/chain/sets/`). */
import type { ExchangeDetail } from '../../proxy-core/contract/exchange.ts';

/** Fields that say nothing of caches and differ with every run. */
const LEFT_OUT: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'content-length', 'accept-ranges']);

/** One set; its chain is written by `BSDM_UPDATE=1` of the sets' test. */
export function headerSet(title: string, detail: ExchangeDetail, sentBy: readonly string[]): string {
  const { upstreamFields = [], row } = detail;
  return [
    `## ${title}`,
    `@ sent here by ${sentBy.join(' before ')}`,
    `> ${row.outcome?.toLowerCase()}`,
    ...upstreamFields.filter(([name]) => !LEFT_OUT.has(name.toLowerCase())).map(([name, value]) => `${name}: ${value}`),
  ].join('\n');
}

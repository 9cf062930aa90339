/** Цепочка кэшей, по-русски. */
import type { ChainHop } from '../../chain/chain.ts';
import { isReasonCode } from '../../reasons.ts';
import { nameOf, ruleSource, type ChainTexts } from '../chain-texts.ts';
import { listOf } from '../../wording/plurals.ts';
import { compared, counted, source, span, stated } from './words.ts';

const hits = counted({ one: '# попадание', few: '# попадания', many: '# попаданий' });

function who(hop: ChainHop): string {
  switch (hop.kind) {
    case 'client':
      return 'клиент';
    case 'this':
      return 'этот прокси';
    case 'origin':
      return 'сервер';
    case 'proxy':
    case 'cache':
    case 'application':
      return nameOf(hop) || 'безымянный кэш';
  }
}

const aged = ({ ageSeconds }: ChainHop): string => (ageSeconds === undefined ? '' : `, возраст ${span(ageSeconds)}`);

/** Что он сделал, по его словам. */
function act(hop: ChainHop): string {
  switch (hop.state) {
    case 'hit':
      if (hop.mayHaveAsked) return `сохранённый ответ${aged(hop)}; возможно, сначала спрошено дальше`;
      // HIT у Fastly бывает и устаревшим, и сделанным им самим («X-Cache»).
      return `${hop.product === 'fastly' ? 'ответил, не спрашивая дальше' : 'ответ из своего кэша'}${aged(hop)}`;
    case 'stale':
      return `устаревший ответ из своего кэша${aged(hop)}`;
    case 'revalidated':
      return hop.kind === 'client'
        ? 'спросил; его собственная копия ещё годна'
        : 'запрос ушёл дальше, и сохранённый ответ оказался ещё годен';
    case 'expired':
      return 'сохранённый ответ устарел, получен новый';
    case 'miss':
      if (hop.forward === 'uri-miss') return 'под этим URL ничего не было, запрос ушёл дальше';
      if (hop.forward === 'vary-miss') return 'были только другие варианты, запрос ушёл дальше';
      if (hop.forward === 'partial') return 'была только другая часть, запрос ушёл дальше';
      if (hop.found === false) return 'ничего не было, запрос ушёл дальше';
      return 'ответил не из кэша, запрос ушёл дальше';
    case 'forwarded':
      return hop.forward === 'request'
        ? 'ответ был сохранён, но запрос требовал спросить сервер'
        : hop.found
          ? 'что-то было, но запрос всё равно ушёл дальше'
          : 'запрос ушёл дальше';
    case 'bypass':
      return 'запрос ушёл дальше мимо кэша';
    case 'dynamic':
      return 'такие ответы не кэширует';
    case 'generated':
      return 'ответил сам, без кэша и сервера';
    case 'failed':
      return hop.kind === 'origin' ? 'спрошен, но ничего годного не дал' : 'годного ответа не получил';
    case 'asked':
      return hop.kind === 'origin' ? 'спрошен, насколько видно по полям' : 'спросил';
    case 'not-asked':
      return 'не спрошен: ответил кэш перед ним';
    case 'unknown':
      if (hop.kind === 'origin') return 'спрошен ли, неизвестно';
      if (hop.kind === 'proxy') return `передал дальше${aged(hop)}; кэш ли это, ничто не говорит`;
      if (nameOf(hop) === '' && hop.ageSeconds !== undefined)
        return `о нём говорит только Age: ответу ${span(hop.ageSeconds)}`;
      return hop.said === undefined ? 'что сделал его кэш, не сказано' : 'значение здесь неизвестно';
  }
}

function did(hop: ChainHop): string {
  if (hop.kind === 'client' || hop.kind === 'this' || hop.kind === 'origin') return act(hop);
  if (hop.reached === true && hop.kind !== 'application') return act(hop);
  if (hop.kind === 'application' && hop.reached === true) return `внутри сервера: ${act(hop)}`;
  return hop.reached === false
    ? `в этот раз не спрошен; когда ответ шёл через него: ${act(hop)}`
    : `возможно, в этот раз не спрошен; по его полям: ${act(hop)}`;
}

function notes(hop: ChainHop): string[] {
  const out: string[] = [];
  if (hop.ttlSeconds !== undefined)
    out.push(hop.ttlSeconds > 0 ? `будет свеж ещё ${span(hop.ttlSeconds)}` : `устарел ${span(-hop.ttlSeconds)} назад`);
  if (hop.hits !== undefined && hop.hits > 0) out.push(`уже ${hits(hop.hits)}`);
  if (hop.stored) out.push('новый ответ сохранён');
  if (hop.collapsed) out.push('ответ общий с другим запросом');
  if (hop.detail !== undefined) out.push(`добавляет «${hop.detail}»`);
  if (hop.place === 'supposed') out.push('место предположено, поля о нём не говорят');
  return out;
}

const UNKNOWN = {
  value: 'такое значение здесь неизвестно',
  field: 'говорит о кэше, но поле здесь неизвестно',
  malformed: 'не разбирается',
  ambiguous: 'может относиться к нескольким кэшам',
};

export const RU_CHAIN: ChainTexts = {
  who,
  states: {
    hit: 'из кэша',
    stale: 'устаревший из кэша',
    revalidated: 'подтверждён',
    expired: 'устарел',
    miss: 'не было',
    forwarded: 'ушёл дальше',
    bypass: 'мимо кэша',
    dynamic: 'не кэшируется',
    generated: 'ответил сам',
    failed: 'ошибка',
    asked: 'спрошен',
    'not-asked': 'не спрошен',
    unknown: 'неизвестно',
  },
  did,
  notes,
  lifetime: (hop, rule, withSource) => {
    const named =
      rule.field === '' ? (isReasonCode(rule.directive) ? rule.directive : source(rule.directive)) : ruleSource(rule);
    const by = withSource ? ` (${named})` : '';
    if (hop.kind === 'this')
      return rule.seconds > 0
        ? `хранит ${stated(rule.seconds)}${by}`
        : isReasonCode(rule.directive)
          ? 'не хранит'
          : `хранит, но каждый раз должен спрашивать${by}`;
    const client = hop.kind === 'client' ? 'браузер ' : '';
    // A browser gives it to nobody else.
    const use = hop.kind === 'client' ? 'использовать' : 'отдавать';
    if (rule.seconds > 0) return `${client}может ${use} ${stated(rule.seconds)}${by}`;
    return rule.directive === 'no-store' || (rule.directive === 'private' && hop.kind !== 'client')
      ? `${client}хранить не может${by}`
      : `${client}каждый раз должен спрашивать${by}`;
  },
  contradiction: (c, name) => {
    switch (c.kind) {
      case 'lifetimes':
        return `сроки расходятся: ${c.of
          .map(
            ({ seconds, hops }) =>
              `${listOf(
                'ru',
                hops.map((hop) => (hop === 0 ? 'браузеры' : name(hop))),
              )} — ${seconds > 0 ? stated(seconds) : 'нисколько'}`,
          )
          .join('; ')}`;
      case 'older-than-lifetime': {
        const [age, lifetime] = compared(c.ageSeconds, c.lifetime.seconds);
        return `${name(c.hop)}: отдан ответ возрастом ${age}, хотя по полям ${
          c.lifetime.seconds > 0 ? `срок ${lifetime}` : 'срока нет'
        } (${ruleSource(c.lifetime)}): действует другое правило`;
      }
      case 'kept-though-forbidden':
        return `${name(c.hop)}: ответ из кэша, хотя поля запрещают хранить (${ruleSource(c.lifetime)}): действует другое правило`;
      case 'stale-on-arrival': {
        const [age, lifetime] = compared(c.ageSeconds, c.lifetime.seconds);
        return `ответ приходит возрастом ${age}, а этот прокси может отдавать его ${lifetime}: здесь он устарел с самого начала`;
      }
      case 'says-both':
        return `${name(c.hop)}: сказано и «${c.first}», и «${c.second}»; верим первому`;
      case 'age-behind-misses':
        return `все названные кэши передали запрос дальше, а возраст ответа ${span(c.ageSeconds)}: ответил безымянный кэш, или чьи-то часы неверны`;
    }
  },
  unknown: (why, line) => `«${line}» — ${UNKNOWN[why]}`,
};

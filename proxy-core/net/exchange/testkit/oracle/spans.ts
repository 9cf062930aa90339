/** Spans of time as sentences write them, `2 h 5 min`, `меньше 1 с`: found, and read back as what they can stand for. */

/** From inclusive, to exclusive; seconds. */
export interface Span {
  at: number;
  end: number;
  from: number;
  to: number;
}

const UNITS: Record<string, number> = {
  s: 1,
  с: 1,
  min: 60,
  мин: 60,
  h: 3600,
  ч: 3600,
  day: 86_400,
  days: 86_400,
  день: 86_400,
  дня: 86_400,
  дней: 86_400,
  year: 31_536_000,
  years: 31_536_000,
  год: 31_536_000,
  года: 31_536_000,
  лет: 31_536_000,
};
const SMALLER: Record<number, number> = { 1: 1, 60: 1, 3600: 60, 86_400: 3600, 31_536_000: 86_400 };
const ONE =
  /(-?)(less than |(?<!не )меньше(?: чем на)? )?(\d+(?:[,\u202f]\d{3})*(?:[.,]\d{1,2})?) (years?|days?|min|s|h|мин|с|ч|дня|дней|день|года|год|лет)(?![a-zа-яё])/gu;

/** Spans in a text, in order. Those that stand next to each other with falling units are one. */
export function spansIn(text: string): Span[] {
  const out: (Span & { unit: number })[] = [];
  for (const match of text.matchAll(ONE)) {
    const [whole, minus, less, digits, word] = match;
    const unit = UNITS[word!]!;
    const value =
      Number(digits!.replace(/[,\u202f](?=\d{3})/g, '').replace(',', '.')) * unit * (minus === '-' ? -1 : 1);
    const end = match.index + whole.length;
    const last = out.at(-1);
    if (last !== undefined && last.end + 1 === match.index && last.unit > unit && less === undefined) {
      last.from += value;
      last.to = last.from + unit;
      last.end = end;
      last.unit = unit;
    } else {
      const [from, to] = less === undefined ? [value, value + SMALLER[unit]!] : [0, value];
      out.push({ at: match.index, end, from, to, unit });
    }
  }
  return out.map(({ at, end, from, to }) => ({ at, end, from, to }));
}

/**
 * The one system in which the window and every sentence give durations, sizes and counts, in both languages: three
 * significant digits below a minute, two whole units from there on, sizes in powers of 1024 with the names of IEC 80000-13.
 */
import type { Language } from './language.ts';
import { formOf } from './plurals.ts';

type Word = (count: number) => string;

interface Units {
  /** Between whole number and fraction. */
  point: string;
  /** Between groups of three digits. */
  group: string;
  percent: string;
  thousand: string;
  sizes: readonly [string, ...string[]];
  ms: string;
  s: string;
  /** From the largest to the smallest; `of` is the genitive. */
  longer: readonly { seconds: number; unit: Word; of: Word }[];
  lessThan: string;
}

const NARROW_SPACE = '\u202f';
const fixed = (seconds: number, unit: string): Units['longer'][number] => ({
  seconds,
  unit: () => unit,
  of: () => unit,
});
const DAY = formOf('en', { one: 'day', other: 'days' });
const YEAR = formOf('en', { one: 'year', other: 'years' });

const UNITS: Record<Language, Units> = {
  en: {
    point: '.',
    group: ',',
    percent: '%',
    thousand: 'k',
    sizes: ['B', 'KiB', 'MiB', 'GiB', 'TiB'],
    ms: 'ms',
    s: 's',
    longer: [
      { seconds: 31_536_000, unit: YEAR, of: YEAR },
      { seconds: 86_400, unit: DAY, of: DAY },
      fixed(3600, 'h'),
      fixed(60, 'min'),
      fixed(1, 's'),
    ],
    lessThan: 'less than ',
  },
  ru: {
    point: ',',
    group: NARROW_SPACE,
    percent: `${NARROW_SPACE}%`,
    thousand: `${NARROW_SPACE}тыс.`,
    sizes: ['Б', 'КиБ', 'МиБ', 'ГиБ', 'ТиБ'],
    ms: 'мс',
    s: 'с',
    longer: [
      {
        seconds: 31_536_000,
        unit: formOf('ru', { one: 'год', few: 'года', many: 'лет' }),
        of: formOf('ru', { one: 'года', few: 'лет', many: 'лет' }),
      },
      {
        seconds: 86_400,
        unit: formOf('ru', { one: 'день', few: 'дня', many: 'дней' }),
        of: formOf('ru', { one: 'дня', few: 'дней', many: 'дней' }),
      },
      fixed(3600, 'ч'),
      fixed(60, 'мин'),
      fixed(1, 'с'),
    ],
    lessThan: 'меньше ',
  },
};

/** At least so many units are given from a minute on, where there are so many. */
const USUAL_UNITS = 2;
const ALL_UNITS = 5;

/** Three significant digits at most, no zeros behind the point; 1000 to 1023 stand whole. */
function short(value: number): number {
  if (value >= 100 || Number.isInteger(value)) return Math.round(value);
  return Number(value.toFixed(value >= 10 ? 1 : 2));
}

/** How one language writes numbers and their units. */
export interface Numbers {
  /** A measured or stated duration: `0 s`, `0.24 ms`, `400 ms`, `1.25 s`, `1 min 30 s`, `1 day 12 h`, `1 year`. */
  duration: (ms: number) => string;
  /** The same in the genitive, behind `больше` and `в течение`. */
  durationOf: (ms: number) => string;
  /** Two durations that are compared: with as many units as it takes to tell them apart. */
  durations: (ms: number, otherMs: number) => [string, string];
  /** What passed or is left, in whole seconds as HTTP counts them: `12 s`, and `less than 1 s` for the first of them. */
  age: (seconds: number) => string;
  /** The same where there is little room: `<1 s`. */
  shortAge: (seconds: number) => string;
  /** Bytes in powers of 1024: `0 B`, `1.5 KiB`, `256 MiB`. */
  size: (bytes: number) => string;
  /** Two sizes that are compared: in bytes when they would look the same. */
  sizes: (bytes: number, otherBytes: number) => [string, string];
  /** A whole number in groups of three: `1,234,567`. */
  count: (value: number) => string;
  /** A share of a whole: `83.4%`; a dash when there is nothing to divide by. */
  ratio: (part: number, whole: number) => string;
  /** How often in a second: `0`, `0.4`, `12`, `1.23k`. */
  rate: (perSecond: number) => string;
}

/** The numbers of one language. */
export function numbersOf(language: Language): Numbers {
  const units = UNITS[language];
  const text = (value: number): string => String(value).replace('.', units.point);

  const count = (value: number): string =>
    Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, units.group);

  function longer(seconds: number, most: number, inCase: 'unit' | 'of'): string {
    const parts: string[] = [];
    let rest = Math.floor(seconds);
    for (const unit of units.longer) {
      const whole = Math.floor(rest / unit.seconds);
      rest -= whole * unit.seconds;
      if (whole > 0) parts.push(`${count(whole)} ${unit[inCase](whole)}`);
      // A unit that is 0 counts too: 1 day and 5 s is 1 day.
      else if (parts.length > 0) most--;
      if (parts.length >= most) break;
    }
    return parts.join(' ');
  }

  function durationIn(ms: number, most: number, inCase: 'unit' | 'of' = 'unit'): string {
    if (ms < 0) return `-${durationIn(-ms, most, inCase)}`;
    if (ms === 0) return `0 ${units.s}`;
    if (ms < 1) return ms > 0 && ms < 0.005 ? `<${text(0.01)} ${units.ms}` : `${text(short(ms))} ${units.ms}`;
    const whole = Number(ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
    if (whole < 1000) return `${text(whole)} ${units.ms}`;
    const seconds = short(ms / 1000);
    return seconds < 60 ? `${text(seconds)} ${units.s}` : longer(Math.max(60, ms / 1000), most, inCase);
  }
  const duration = (ms: number): string => durationIn(ms, USUAL_UNITS);

  function size(bytes: number): string {
    if (bytes < 0) return `-${size(-bytes)}`;
    let value = bytes;
    let unit = 0;
    while (short(value) >= 1024 && unit < units.sizes.length - 1) {
      value /= 1024;
      unit++;
    }
    return `${text(short(value))} ${units.sizes[unit]}`;
  }

  const ageBelow =
    (first: string) =>
    (seconds: number): string =>
      seconds < 1 && seconds > -1 ? `${first}1 ${units.s}` : duration(Math.trunc(seconds) * 1000);

  return {
    duration,
    durationOf: (ms) => durationIn(ms, USUAL_UNITS, 'of'),
    durations(ms, otherMs) {
      const said: [string, string] = [duration(ms), duration(otherMs)];
      if (said[0] !== said[1] || ms === otherMs) return said;
      return [durationIn(ms, ALL_UNITS), durationIn(otherMs, ALL_UNITS)];
    },
    age: ageBelow(units.lessThan),
    shortAge: ageBelow('<'),
    size,
    sizes(bytes, otherBytes) {
      const said: [string, string] = [size(bytes), size(otherBytes)];
      if (said[0] !== said[1] || bytes === otherBytes) return said;
      return [`${count(bytes)} ${units.sizes[0]}`, `${count(otherBytes)} ${units.sizes[0]}`];
    },
    count,
    ratio: (part, whole) =>
      whole <= 0 ? '–' : `${((100 * part) / whole).toFixed(1).replace('.', units.point)}${units.percent}`,
    rate(perSecond) {
      if (perSecond >= 999.5) return `${text(short(perSecond / 1000))}${units.thousand}`;
      return perSecond >= 10 ? perSecond.toFixed(0) : text(Number(perSecond.toFixed(1)));
    },
  };
}

/** HTTP dates (RFC 9110 §5.6.7): IMF-fixdate and the two obsolete forms, names in any case. Anything else is invalid. */
import { Recent } from './recent.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const IMF = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/i;
const RFC850 = /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-([a-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/i;
const ASCTIME = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/i;

function toMs(
  year: number,
  monthName: string,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  const month = MONTHS.indexOf(monthName.toLowerCase());
  // Second 60 is in the grammar (leap seconds); it is the next second.
  if (month < 0 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const ms = Date.UTC(year, month, day, hour, minute, second);
  // Date.UTC takes 31 February for 3 March.
  return new Date(Date.UTC(year, month, day)).getUTCMonth() === month ? ms : undefined;
}

/** Dates come again: one second's responses share one Date, a resource keeps its Last-Modified. Invalid ones are NaN. */
const recent = new Recent<number>(512, 32);

/** Unix ms of an HTTP date; undefined when the text is none. `nowMs` decides the century of two-digit years. */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  const known = recent.get(text);
  if (known !== undefined) return Number.isNaN(known) ? undefined : known;
  const ms = parse(text, nowMs);
  if (!RFC850.test(text)) recent.set(text, ms ?? Number.NaN);
  return ms;
}

function parse(text: string, nowMs: number): number | undefined {
  let m = IMF.exec(text);
  if (m !== null) return toMs(Number(m[3]), m[2]!, Number(m[1]), Number(m[4]), Number(m[5]), Number(m[6]));
  m = ASCTIME.exec(text);
  if (m !== null) return toMs(Number(m[6]), m[1]!, Number(m[2]!.trim()), Number(m[3]), Number(m[4]), Number(m[5]));
  m = RFC850.exec(text);
  if (m === null) return undefined;
  const thisYear = new Date(nowMs).getUTCFullYear();
  let year = thisYear - (thisYear % 100) + Number(m[3]);
  // More than 50 years ahead means the past century (RFC 9110 §5.6.7).
  if (year > thisYear + 50) year -= 100;
  return toMs(year, m[2]!, Number(m[1]), Number(m[4]), Number(m[5]), Number(m[6]));
}

let madeSecond = Number.NaN;
let madeText = '';

/** The preferred form: `Sun, 06 Nov 1994 08:49:37 GMT`. What is dated in one second shares one text. */
export function formatHttpDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== madeSecond) {
    madeSecond = second;
    madeText = new Date(second * 1000).toUTCString();
  }
  return madeText;
}

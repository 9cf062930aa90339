/** What must be said of an exchange, by what really happened. */
import { valueOf, type Answered, type Asked } from './fields.ts';
import { join, type Numbers } from './numbers.ts';
import type { Plan } from './planning.ts';
import { fromStore, type FromStore } from './replying.ts';
import { ageSeconds, leftMs, type Stored } from './stored.ts';

type Word = 'HIT' | 'STALE' | 'REVALIDATED' | 'MISS' | 'BYPASS' | 'ERROR';

/** Parameters of Cache-Status (RFC 9211 §2); what is undefined or false must not be there. */
export interface ExpectedHeader {
  hit: boolean;
  fwd: string | undefined;
  fwdStatus: number | undefined;
  stored: boolean;
  collapsed: boolean;
  ttl: number | undefined;
}

export interface Expected {
  outcome: Word;
  event: 'HIT' | 'MISS' | 'BYPASS';
  /** Each is true. */
  reasons: ReadonlySet<string>;
  numbers: Numbers;
  state: 'done' | 'failed' | 'client-left';
  /** Undefined when the client left before. */
  status: number | undefined;
  header: ExpectedHeader | undefined;
  /** The Age the client gets; undefined for none. */
  age: string | undefined;
  /** Freshness left by the row, once known. */
  ttl: number | undefined;
  /** Age by the row: of replies from the store. */
  rowAge: number | undefined;
  /** What answered, or was stored in the end. */
  serial: number | undefined;
  error: string | undefined;
  made: FromStore | undefined;
  /** Texts a sentence may be about. */
  asked: Asked;
  answered: Answered | undefined;
  stored: Stored | undefined;
  /** What was there before the origin confirmed it. */
  before: Stored | undefined;
  wishes: Plan['wishes'];
  collapsed: boolean;
  /** The answer as it was to be kept when its head came. */
  kept: Stored | undefined;
  /** As it would have been kept, had nothing come between. */
  judged: Stored | undefined;
  /** Is the content of the answer that of the validated one? Undefined when both cannot be compared. */
  sameContent: boolean | undefined;
}

const isConsulted = (forward: string | undefined): boolean => forward !== 'bypass' && forward !== 'method';

const blank = (asked: Asked, plan: Plan): Expected => ({
  outcome: isConsulted(plan.forward) ? 'MISS' : 'BYPASS',
  event: isConsulted(plan.forward) ? 'MISS' : 'BYPASS',
  reasons: plan.reasons,
  numbers: plan.numbers,
  state: 'done',
  status: undefined,
  header: undefined,
  age: undefined,
  ttl: undefined,
  rowAge: undefined,
  serial: undefined,
  error: undefined,
  made: undefined,
  asked,
  answered: undefined,
  stored: plan.stored,
  before: plan.stored,
  wishes: plan.wishes,
  collapsed: false,
  kept: undefined,
  judged: undefined,
  sameContent: undefined,
});

const header = (more: Partial<ExpectedHeader>): ExpectedHeader => ({
  hit: false,
  fwd: undefined,
  fwdStatus: undefined,
  stored: false,
  collapsed: false,
  ttl: undefined,
  ...more,
});

/** The reply is a stored one: without a question (`answered` undefined and no failure), or after one. */
export function fromStored(
  asked: Asked,
  plan: Plan,
  stored: Stored,
  how: {
    outcome: 'STALE' | 'REVALIDATED' | undefined;
    reasons: ReadonlySet<string>;
    numbers: Numbers;
    hit: boolean;
    answered?: Answered;
  },
  nowMs: number,
): Expected {
  const left = leftMs(stored, nowMs);
  const ttl = Math.floor(left / 1000);
  const age = ageSeconds(stored, nowMs);
  const made = fromStore(stored, asked);
  const { answered } = how;
  return {
    ...blank(asked, plan),
    outcome: how.outcome ?? (left > 0 ? 'HIT' : 'STALE'),
    event: 'HIT',
    reasons: how.reasons,
    numbers: join(how.numbers, {
      status: [made.status, stored.status, ...(answered === undefined ? [] : [answered.status])],
    }),
    status: made.status,
    header: header({ hit: how.hit, fwd: how.hit ? undefined : plan.forward, fwdStatus: answered?.status, ttl }),
    age: String(age),
    rowAge: age,
    ttl,
    serial: stored.serial,
    made,
    answered,
    stored,
  };
}

/** The origin's answer goes to the client; `kept` when it is on its way into the store. */
export function fromOrigin(
  asked: Asked,
  plan: Plan,
  answered: Answered,
  how: { reasons: ReadonlySet<string>; numbers: Numbers; kept: Stored | undefined; collapsed: boolean },
  nowMs: number,
): Expected {
  const ttl = how.kept === undefined ? undefined : Math.floor(leftMs(how.kept, nowMs) / 1000);
  const { status } = answered;
  return {
    ...blank(asked, plan),
    reasons: how.reasons,
    numbers: join(how.numbers, { status: [status] }),
    status,
    header: header({
      fwd: plan.forward,
      fwdStatus: status,
      stored: how.kept !== undefined,
      collapsed: how.collapsed,
      ttl,
    }),
    age: valueOf(answered.fields, 'age'),
    answered,
    kept: how.kept,
    collapsed: how.collapsed,
  };
}

/** No answer came, and nothing stored may stand in. */
export function fromNobody(
  asked: Asked,
  plan: Plan,
  failure: { status: number; name: string; numbers: Numbers },
): Expected {
  const expected = blank(asked, plan);
  return {
    ...expected,
    outcome: 'ERROR',
    reasons: new Set(['upstream-failed']),
    numbers: join(failure.numbers, { status: [failure.status] }),
    state: 'failed',
    status: failure.status,
    header: header({ fwd: plan.forward }),
    error: failure.name,
  };
}

/** only-if-cached, and nothing that may be used. */
export const refused = (asked: Asked, plan: Plan): Expected => ({
  ...blank(asked, plan),
  outcome: 'MISS',
  event: 'MISS',
  status: 504,
  header: header({}),
});

/** The client left before anything was sent. */
export const unanswered = (asked: Asked, plan: Plan): Expected => ({
  ...blank(asked, plan),
  reasons: new Set(['client-left']),
  state: 'client-left',
});

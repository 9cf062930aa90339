/** Everything the product says of one exchange: in its record, in the event, in the reply, in both languages. */
import type { EventRecord } from '../../../../contract/event-record.ts';
import type { ExchangeDetail, FieldLine } from '../../../../contract/exchange.ts';
import { explainReason, explainStep, whatWouldMakeItAHit } from '../../../../contract/explain/explain.ts';
import { evidenceOfStep } from '../../../../contract/explain/evidence/locate.ts';
import type { EvidenceMessage } from '../../../../contract/explain/evidence/refs.ts';
import type { TraceStep } from '../../../../contract/reasons.ts';
import type { ScriptedReply } from '../../../front/testkit/scripted-front.ts';

export const LANGUAGES = ['en', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Words {
  sentence: string;
  advice: readonly string[];
  steps: readonly string[];
}

/** A field that a step is said to rest on. */
export interface Pointed extends Pick<TraceStep, 'code' | 'phase'> {
  message: EvidenceMessage;
  field: string;
  quote: string | undefined;
  /** The line that is pointed at; undefined where the field is only named. */
  line: FieldLine | undefined;
}

export interface Claims {
  id: number;
  outcome: string | undefined;
  cacheStatus: string | undefined;
  reason: string | undefined;
  state: string;
  status: number | undefined;
  error: string | undefined;
  age: number | undefined;
  ttl: number | undefined;
  collapsed: boolean;
  hasEntry: boolean;
  /** Number of the entry, within this run. */
  entry: number | undefined;
  event: Pick<
    EventRecord,
    'cache_status' | 'cache_detail' | 'age_seconds' | 'ttl_seconds' | 'status' | 'cache_status_header' | 'bypass_reason'
  >;
  /** Of the reply as the client got it. */
  sent:
    | {
        status: number | undefined;
        age: string | undefined;
        cacheStatus: string | undefined;
        shown: string | undefined;
      }
    | undefined;
  recordedHeader: string | undefined;
  words: Record<Language, Words>;
  neighbour: ExchangeDetail['neighbour'];
  pointed: readonly Pointed[];
}

/** The fields of all steps; those of the reason are among them. */
const pointedAt = (detail: ExchangeDetail): Pointed[] =>
  detail.trace.flatMap((step) =>
    evidenceOfStep(detail, step).map(({ message, field, quote, place }) => ({
      code: step.code,
      phase: step.phase,
      message,
      field,
      quote,
      line: place?.line,
    })),
  );

export function claimsOf(detail: ExchangeDetail, event: EventRecord, reply: ScriptedReply | undefined): Claims {
  const { row, facts, neighbour, trace } = detail;
  const { reason } = row;
  const wordsIn = (language: Language): Words => ({
    sentence: reason === undefined ? '' : explainReason(language, reason, facts, neighbour, row.outcome),
    advice: reason === undefined ? [] : whatWouldMakeItAHit(language, reason, facts),
    steps: trace.map((step) => explainStep(language, step)),
  });
  return {
    id: row.id,
    outcome: row.outcome,
    cacheStatus: row.cacheStatus,
    reason,
    state: row.state,
    status: row.status,
    error: row.error,
    age: row.ageSeconds,
    ttl: row.ttlSeconds,
    collapsed: row.collapsed === true,
    hasEntry: row.entryId !== undefined,
    entry: row.entryId === undefined ? undefined : Number(row.entryId.slice(row.entryId.lastIndexOf('-') + 1)),
    event,
    sent: reply && {
      status: reply.status,
      age: reply.field('age'),
      cacheStatus: reply.field('cache-status'),
      shown: reply.field('x-cache-status'),
    },
    recordedHeader: detail.cacheStatusHeader,
    words: { en: wordsIn('en'), ru: wordsIn('ru') },
    neighbour,
    pointed: pointedAt(detail),
  };
}

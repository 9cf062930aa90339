/**
 * The cache as the exchange driver uses it: asks the pure decisions, carries out what they say on the store, makes
 * replies. Synchronous; no IO, no timers, no clock of its own.
 */
import type { ProxyErrorCode } from '../contract/errors.ts';
import { hasOriginCondition, isConditional } from '../http/conditionals.ts';
import { getField } from '../http/fields.ts';
import { packBody } from './store/at-rest.ts';
import { countingControl } from './decide/client-control.ts';
import type { Fate } from './decide/freshen.ts';
import { decideRequest, type RequestDecision } from './decide/request.ts';
import { askedOf } from './asked.ts';
import { decideFailure, decideResponse } from './decide/response.ts';
import { urlHash } from './key.ts';
import {
  expiredNeighbour,
  explainAbandoned,
  explainUnfit,
  explained,
  explainedReply,
  explainMiss,
} from './explain-plan.ts';
import {
  forwardOf,
  type AbandonReason,
  type CacheEngine,
  type CachePolicy,
  type CacheRequest,
  type CacheResponse,
  type Explained,
  type FailurePlan,
  type RequestPlan,
  type ResponsePlan,
  type StoredResponse,
  type StoreTicket,
  type Validation,
} from './plan.ts';
import { buildReply, withOwnFields } from './serve.ts';
import { checkedPart, combineParts, isSameContent, Ticket, type Content } from './store-ticket.ts';
import type { EntryStore } from './store/entry-store.ts';
import { sameVariant, StoredEntry } from './store/stored-entry.ts';
import type { StoredFacts } from './decide/candidate.ts';
import type { GuardedTier } from './tier.ts';
import { hasTagFields } from './admin/tags.ts';
import { findVaryDifference } from './decide/vary.ts';

/** Variants kept of one URL; beyond, the one stored longest ago goes. Bounds the walk of a lookup. */
const MAX_VARIANTS = 64;

export class HttpCache implements CacheEngine {
  readonly #store: EntryStore;
  readonly #askPolicy: () => CachePolicy;
  #policy: CachePolicy;
  readonly #now: () => number;
  readonly #tier: GuardedTier | undefined;

  constructor(store: EntryStore, policy: () => CachePolicy, now: () => number, tier?: GuardedTier) {
    this.#now = now;
    this.#tier = tier;
    this.#store = store;
    this.#askPolicy = policy;
    this.#policy = policy();
  }

  /** Decides by what the settings say now. */
  applyPolicy(): void {
    this.#policy = this.#askPolicy();
  }

  planRequest(request: CacheRequest, nowMs: number): RequestPlan {
    const policy = this.#policy;
    const { method } = request;
    const mayUse = policy.mode !== 'off' && (method === 'GET' || method === 'HEAD');
    const decision = decideRequest(request, mayUse ? this.#store.lookup(request.url) : [], policy, nowMs);
    switch (decision.kind) {
      case 'serve': {
        const reply = buildReply(decision.candidate, request, nowMs);
        if (reply.made !== undefined) return { kind: 'serve', ...explainedReply(decision, reply), reply };
        return { kind: 'serve', reason: decision.reason, facts: decision.facts, trace: decision.trace, reply };
      }
      case 'serve-stale-and-revalidate': {
        const reply = buildReply(decision.candidate, request, nowMs);
        return {
          kind: decision.kind,
          forward: decision.forward,
          ...explainedReply(decision, reply),
          reply,
          validation: this.#validation(request, decision, true),
        };
      }
      case 'validate':
        return {
          kind: 'validate',
          forward: decision.forward,
          ...explained(decision),
          ...expiredNeighbour(decision),
          validation: this.#validation(request, decision, decision.collapse),
        };
      case 'fetch': {
        const { forwardFields, stale } = decision;
        return {
          kind: 'fetch',
          forward: decision.forward,
          ...explained(decision),
          ...(stale === undefined
            ? explainMiss(this.#store, request, decision)
            : expiredNeighbour({ ...decision, candidate: stale })),
          forwardFields,
          generation: this.#store.generations.mark,
          ...(decision.collapse && { collapseKey: `${method}:${request.url}` }),
          ...(stale !== undefined && { stale }),
        };
      }
      case 'refuse-504':
        return { kind: 'refuse-504', ...explained(decision) };
      case 'bypass':
        return {
          kind: 'bypass',
          forward: decision.forward,
          ...explained(decision),
          forwardFields: decision.forwardFields,
        };
    }
  }

  planResponse(request: CacheRequest, plan: RequestPlan, response: CacheResponse, nowMs: number): ResponsePlan {
    const policy = this.#policy;
    const asked = askedOf(plan);
    const decision = decideResponse(request, asked, response, policy, nowMs);
    const overtaken = this.isOvertaken(request.url, plan);
    let removed = 0;
    for (const url of decision.invalidates) removed += this.#invalidate(url, request, nowMs);
    const told = decision.invalidates.length > 0 ? decision.trace.find(({ code }) => code === 'invalidate') : undefined;
    if (told !== undefined) told.inputs['removed'] = removed;
    const explanation = explained(decision);
    const candidate = asked.candidate;
    switch (decision.kind) {
      case 'store': {
        const { fields } = response.head;
        if (overtaken) {
          const explained = explainAbandoned('invalidated-meanwhile', policy.maxBodyBytes);
          return {
            kind: 'skip',
            ...explained,
            trace: [...explanation.trace, ...explained.trace],
            fields,
          };
        }
        // Taken now: what this very response invalidates (a POST its own URL) does not speak against keeping it.
        const generation = this.#store.generations.mark;
        return {
          kind: 'store',
          ...explanation,
          fields,
          ticket: new Ticket(
            request,
            response.statusText,
            decision.stored,
            policy.maxBodyBytes,
            candidate?.id,
            generation,
            explanation.reason === 'validation-changed' ? explanation.facts : undefined,
          ),
        };
      }
      case 'freshen': {
        const reply = withOwnFields(
          buildReply(this.#freshen(candidate!, decision.updated, decision.fate, nowMs), request, nowMs),
          decision.own,
        );
        return {
          kind: 'freshened',
          ...explainedReply(decision, reply),
          reply,
          shareable: decision.fate === 'updated' && !decision.updated.noCache && decision.updated.lifetimeSeconds > 0,
        };
      }
      case 'serve-stale': {
        const reply = buildReply(candidate!, request, nowMs);
        return { kind: 'serve-stale', ...explainedReply(decision, reply), reply };
      }
      case 'refetch':
        return {
          kind: 'refetch',
          ...explanation,
          next: {
            kind: 'fetch',
            forward: forwardOf(plan) ?? 'stale',
            ...explanation,
            trace: [],
            wanted: plan.reason,
            forwardFields: decision.forwardFields,
            generation: this.#store.generations.mark,
            ...(candidate !== undefined && { stale: candidate }),
          },
        };
      case 'skip':
        if (decision.outdated && candidate !== undefined) this.#leave(candidate, `${response.status}`, nowMs);
        return { kind: 'skip', ...explanation, fields: response.head.fields };
    }
  }

  planFailure(request: CacheRequest, plan: RequestPlan, error: ProxyErrorCode, nowMs: number): FailurePlan {
    const asked = askedOf(plan);
    const decision = decideFailure(request, asked, error, nowMs);
    if (decision.kind === 'serve-stale' && asked.candidate !== undefined) {
      const reply = buildReply(asked.candidate, request, nowMs);
      return { kind: 'serve-stale', ...explainedReply(decision, reply), reply };
    }
    return {
      kind: 'fail',
      ...(decision.kind === 'fail' && decision.status !== undefined && { status: decision.status }),
      ...explained(decision),
    };
  }

  commit(ticket: StoreTicket, chunks: readonly Uint8Array[], nowMs: number): StoredResponse | undefined {
    if (!(ticket instanceof Ticket) || ticket.used) return undefined;
    ticket.used = true;
    const { request, facts } = ticket;
    if (this.isOutdated(ticket)) return undefined;
    let content: Content | undefined = { facts, statusText: ticket.statusText, chunks: facts.headOnly ? [] : chunks };
    if (facts.partial) content = checkedPart(content);
    if (content === undefined) {
      ticket.unfit = true;
      return undefined;
    }
    const rivals = this.#store
      .lookup(request.url)
      .filter((entry) => findVaryDifference(entry.varyBy, request.head, undefined) === undefined);
    if (facts.partial) {
      for (const rival of rivals) {
        const joined = combineParts(rival, content);
        if (joined !== undefined) content = joined;
      }
    }
    const before = ticket.changed === undefined ? undefined : rivals.find((rival) => rival.id === ticket.supersedes);
    if (before !== undefined) ticket.content = isSameContent(before.body, chunks) ? 'same' : 'other';
    const pinned = this.#makeWay(content, rivals, ticket, nowMs);
    const { fields } = content.facts;
    const packed = this.#policy.compress ? packBody(fields, content.chunks) : undefined;
    const contentBytes = content.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const body = packed === undefined ? { chunks: content.chunks } : { chunks: [packed], contentBytes };
    const kept = {
      url: request.url,
      statusText: content.statusText,
      facts: content.facts,
      ...body,
      hasTags: hasTagFields(fields),
    };
    const entry = this.#store.put(kept, nowMs);
    ticket.lacksRoom = entry === undefined;
    this.#tier?.put(kept);
    if (entry !== undefined && pinned) this.#store.setPinned(entry.id, true);
    return entry;
  }

  explainStored(ticket: StoreTicket): Explained | undefined {
    if (ticket instanceof Ticket && ticket.unfit) return explainUnfit(ticket.facts.fields);
    if (!(ticket instanceof Ticket) || ticket.changed === undefined || ticket.content === undefined) return undefined;
    return { reason: 'validation-changed', facts: { ...ticket.changed, content: ticket.content }, trace: [] };
  }

  abandon(ticket: StoreTicket, why: AbandonReason): Explained {
    if (ticket instanceof Ticket) ticket.used = true;
    return explainAbandoned(why, ticket.maxBodyBytes);
  }

  mayShare(request: CacheRequest, ticket: StoreTicket, nowMs: number): boolean {
    if (!(ticket instanceof Ticket) || request.method !== ticket.request.method || request.url !== ticket.request.url)
      return false;
    if (request.hasBody || !this.isShareable(ticket, nowMs)) return false;
    const { facts } = ticket;
    const { head } = request;
    if (isConditional(head) || hasOriginCondition(head) || head.has('range')) return false;
    const control = countingControl(head, this.#policy);
    if (control.noStore || control.noCache || control.maxAge !== undefined || control.minFresh !== undefined)
      return false;
    return findVaryDifference(facts.varyBy, head, getField(facts.fields, 'content-language')) === undefined;
  }

  isShareable(ticket: StoreTicket, nowMs: number): boolean {
    if (!(ticket instanceof Ticket) || this.isOutdated(ticket)) return false;
    const { facts } = ticket;
    return !facts.noCache && !facts.partial && ticket.ttlSecondsAt(nowMs) >= 0 && facts.lifetimeSeconds > 0;
  }

  isOutdated(ticket: StoreTicket): boolean {
    return (
      ticket instanceof Ticket && this.#store.generations.changedSince(urlHash(ticket.request.url), ticket.generation)
    );
  }

  isOvertaken(url: string, plan: RequestPlan): boolean {
    const generation =
      plan.kind === 'fetch'
        ? plan.generation
        : plan.kind === 'validate' || plan.kind === 'serve-stale-and-revalidate'
          ? plan.validation.generation
          : undefined;
    return generation !== undefined && this.#store.generations.changedSince(urlHash(url), generation);
  }

  mayLookFurther(request: CacheRequest, plan: RequestPlan): boolean {
    if (this.#tier === undefined || request.hasBody || (request.method !== 'GET' && request.method !== 'HEAD'))
      return false;
    if (plan.kind === 'refuse-504') return true;
    return plan.kind === 'fetch' && plan.stale === undefined && plan.reason !== 'request-condition';
  }

  async lookFurther(url: string): Promise<{ found: number }> {
    const { mark } = this.#store.generations;
    const entries = (await this.#tier?.find(url)) ?? [];
    if (this.#store.generations.changedSince(urlHash(url), mark)) return { found: 0 };
    let found = 0;
    // Oldest first: what is put last is found first. Whatever memory has received in between is newer.
    for (const entry of entries.toReversed()) {
      if (this.#store.lookup(url).some((held) => sameVariant(held, entry.facts))) continue;
      if (this.#store.put(entry, this.#now()) !== undefined) found++;
    }
    return { found };
  }

  noteUse(entry: StoredResponse, exchangeId: number, nowMs: number): void {
    this.#store.use(entry.id, nowMs, exchangeId);
  }

  /** Freshens the entry in the store; when it has left that, may not stay or may not take the update, the reply is made from a passing copy. */
  #freshen(candidate: StoredEntry, updated: StoredFacts, fate: Fate, nowMs: number): StoredEntry {
    const fresh =
      fate === 'updated' ? this.#store.updateHead(candidate.id, updated, candidate.statusText, nowMs) : undefined;
    if (fresh !== undefined) {
      this.#store.history.add(fresh.id, 'validated', nowMs);
      const taken = this.#tier && this.#store.take(fresh.id);
      if (taken !== undefined) this.#tier?.put(taken);
      return fresh;
    }
    if (fate !== 'untouched') this.#leave(candidate, '304', nowMs);
    const { body } = candidate;
    return new StoredEntry(
      candidate.id,
      candidate.url,
      candidate.statusText,
      updated,
      Buffer.from(body.buffer, body.byteOffset, body.length),
      0,
      body.length,
    );
  }

  /** Removes what a response of the origin has shown to be outdated. */
  #leave(candidate: StoredEntry, by: string, nowMs: number): void {
    this.#store.remove(candidate.id, 'replaced', nowMs, by);
    this.#tier?.drop(candidate.url);
  }

  /** Removes what the new response takes the place of, and the oldest of too many variants. True when one of them was pinned. */
  #makeWay(content: Content, rivals: readonly StoredEntry[], ticket: Ticket, nowMs: number): boolean {
    let pinned = false;
    for (const rival of rivals) {
      const replaced = content.facts.headOnly
        ? rival.headOnly || rival.id === ticket.supersedes
        : !content.facts.partial || rival.partial || rival.id === ticket.supersedes;
      if (!replaced) continue;
      pinned ||= this.#store.view(rival.id)?.pinned === true;
      this.#store.remove(rival.id, 'replaced', nowMs);
      // The tier itself replaces the same variant only.
      if (!sameVariant(rival, content.facts)) this.#tier?.drop(rival.url);
    }
    const variants = this.#store.lookup(ticket.request.url);
    if (variants.length >= MAX_VARIANTS) {
      const oldest = variants.reduce((a, b) => (b.storedAtMs < a.storedAtMs ? b : a));
      this.#store.remove(oldest.id, 'capacity', nowMs, `${MAX_VARIANTS} variants`);
    }
    return pinned;
  }

  #validation(
    request: CacheRequest,
    decision: RequestDecision<StoredEntry> & { kind: 'validate' | 'serve-stale-and-revalidate' },
    collapse: boolean,
  ): Validation {
    return {
      entry: decision.candidate,
      forwardFields: decision.forwardFields,
      generation: this.#store.generations.mark,
      ...(collapse && { collapseKey: `${request.method}:${request.url}` }),
    };
  }

  /** How many entries it removed. */
  #invalidate(url: string, request: CacheRequest, nowMs: number): number {
    const path = request.secret === true ? '***' : request.url.slice(request.url.indexOf('/', 8));
    const hash = urlHash(url);
    this.#store.generations.advance(hash);
    this.#store.invalidations.advance(hash);
    this.#tier?.drop(url);
    const entries = this.#store.lookup(url);
    for (const entry of entries) this.#store.remove(entry.id, 'invalidated', nowMs, `${request.method} ${path}`);
    return entries.length;
  }
}

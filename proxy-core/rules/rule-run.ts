/** The rules of one place on one head: first to last, each sees what those before it changed. */
import type { StageName } from '../contract/exchange.ts';
import { captureGlob, fillCaptures } from '../contract/rules/capture-glob.ts';
import { seesResponse, type RuleAction } from '../contract/rules/rule.ts';
import type { FieldList } from '../http/fields.ts';
import type {
  ClientRequestChange,
  HeldNote,
  RequestView,
  ResponseChange,
  ResponseView,
  StageReply,
  Verdict,
} from '../net/exchange/stages.ts';
import { applyFieldAction } from './field-actions.ts';
import { answerWithFile } from './local-file.ts';
import type { HeldAt, HeldOutcome } from './held-exchange.ts';
import { fillTemplate } from './mock-template.ts';
import type { ReadyRule } from './ready-rule.ts';
import type { RuleSubject } from '../contract/rules/subject.ts';

/** What rules need of the world. */
export interface RunDeps {
  /** Core time, ms. */
  now(): number;
  /** Calls back once after so many ms. */
  wait(ms: number, then: () => void): void;
  /** 0 ≤ n < 1. */
  random(): number;
  /** Holds an exchange at a breakpoint. */
  hold(at: HeldAt): HeldOutcome | Promise<HeldOutcome>;
}

/** What either kind of place may come to. */
export type RuleVerdict = Verdict<ClientRequestChange & ResponseChange>;

/** Names of the rules that acted, for the record; longer lists are cut. */
const MAX_NAMED = 5;

/** Runs the rules on a view: at once unless one waits or reads a file. */
export function runRules(
  deps: RunDeps,
  stage: StageName,
  rules: readonly ReadyRule[],
  view: RequestView | ResponseView,
): RuleVerdict | Promise<RuleVerdict> {
  return new RuleRun(deps, stage, view).from(rules, 0);
}

class RuleRun {
  readonly #deps: RunDeps;
  readonly #isResponse: boolean;
  readonly #view: RequestView | ResponseView;
  readonly #requestFields: FieldList;
  readonly #by: string[] = [];
  #method: string;
  #url: string;
  #fields: FieldList;
  #status: number | undefined;
  #keepHost = false;
  #keyUrl: string | undefined;
  #throttle: string | undefined;
  #subject: RuleSubject | undefined;
  readonly #stage: StageName;
  #statusText: string | undefined;
  #content: Uint8Array | undefined;
  #held: HeldNote | undefined;

  constructor(deps: RunDeps, stage: StageName, view: RequestView | ResponseView) {
    this.#deps = deps;
    this.#stage = stage;
    this.#isResponse = seesResponse(stage);
    this.#view = view;
    this.#method = view.method;
    this.#url = view.url;
    this.#fields = view.fields;
    this.#status = 'status' in view ? view.status : undefined;
    this.#statusText = 'statusText' in view ? view.statusText : undefined;
    this.#requestFields = 'requestFields' in view ? view.requestFields : view.fields;
  }

  from(rules: readonly ReadyRule[], first: number): RuleVerdict | Promise<RuleVerdict> {
    for (let n = first; n < rules.length; n++) {
      const ready = rules[n]!;
      if (!ready.matches((this.#subject ??= this.#about()))) continue;
      ready.matched++;
      ready.lastMs = this.#deps.now();
      if (this.#by.length <= MAX_NAMED) this.#by.push(this.#by.length < MAX_NAMED ? ready.rule.name : '…');
      const done = this.#act(ready.rule.then, 0, ready.rule.name);
      const rest = ready.rule.stop === true ? rules.length : n + 1;
      if (done instanceof Promise) return done.then((verdict) => verdict ?? this.from(rules, rest));
      if (done !== undefined) return done;
      if (ready.rule.stop === true) break;
    }
    return this.#changed();
  }

  #about(): RuleSubject {
    const isResponse = this.#isResponse;
    return {
      client: this.#view.client,
      method: this.#method,
      url: this.#url,
      requestFields: isResponse ? this.#requestFields : this.#fields,
      status: this.#status,
      responseFields: isResponse ? this.#fields : undefined,
    };
  }

  /** Does the actions from `first` on; what ends the run, if one does. */
  #act(actions: readonly RuleAction[], first: number, name: string): RuleVerdict | Promise<RuleVerdict> {
    for (let n = first; n < actions.length; n++) {
      const action = actions[n]!;
      this.#subject = undefined;
      switch (action.do) {
        case 'set-method':
          this.#method = action.method;
          break;
        case 'set-status':
          this.#status = action.status;
          this.#statusText = undefined;
          break;
        case 'map-remote':
          this.#mapRemote(action);
          break;
        case 'throttle':
          this.#throttle = action.profile;
          break;
        case 'delay':
          return this.#delay(action).then(() => this.#act(actions, n + 1, name));
        case 'breakpoint': {
          const outcome = this.#hold(name);
          if (outcome instanceof Promise)
            return outcome.then((ended) => this.#heldEnded(ended) ?? this.#act(actions, n + 1, name));
          const done = this.#heldEnded(outcome);
          if (done !== undefined) return done;
          break;
        }
        case 'abort':
          return this.#drop();
        case 'map-local':
          return this.#mapLocal(action).then((reply) =>
            reply === undefined ? this.#act(actions, n + 1, name) : this.#answer(reply),
          );
        case 'mock':
          return this.#answer(this.#mock(action));
        case 'redirect': {
          const captures = captureGlob(action.from, this.#url);
          if (captures === undefined) break;
          const location = new URL(fillCaptures(action.to, captures)).href;
          return this.#answer({ status: action.status, fields: ['Location', location] });
        }
        default:
          this.#fields = applyFieldAction(this.#fields, action, this.#isResponse);
      }
    }
    return undefined;
  }

  #mapRemote({ from, to, keepHost, keepKey }: Extract<RuleAction, { do: 'map-remote' }>): void {
    const captures = captureGlob(from, this.#url);
    if (captures === undefined) return;
    if (keepKey === true) this.#keyUrl ??= this.#view.url;
    this.#url = new URL(fillCaptures(to, captures)).href;
    this.#keepHost = keepHost === true;
  }

  async #mapLocal({ path, from }: Extract<RuleAction, { do: 'map-local' }>): Promise<StageReply | undefined> {
    if (from !== undefined && captureGlob(from, this.#url) === undefined) return undefined;
    const request = { method: this.#method, url: this.#url, fields: this.#about().requestFields };
    return answerWithFile(path, from, request, this.#deps.now());
  }

  #mock({ status, fields, body }: Extract<RuleAction, { do: 'mock' }>): StageReply {
    const about = { method: this.#method, url: this.#url, fields: this.#about().requestFields };
    const content =
      body?.base64 !== undefined
        ? Buffer.from(body.base64, 'base64')
        : body?.text !== undefined
          ? Buffer.from(fillTemplate(body.text, about))
          : undefined;
    return { status, fields: fields.flat(), ...(content !== undefined && { body: content }) };
  }

  #delay({ ms, upToMs = ms }: Extract<RuleAction, { do: 'delay' }>): Promise<void> {
    const wanted = Math.round(ms + this.#deps.random() * (upToMs - ms));
    return new Promise((resolve) => this.#deps.wait(wanted, resolve));
  }

  #hold(by: string): HeldOutcome | Promise<HeldOutcome> {
    return this.#deps.hold({
      stage: this.#stage,
      by,
      view: this.#view,
      method: this.#method,
      url: this.#url,
      fields: this.#fields,
      status: this.#status,
      statusText: this.#statusText,
    });
  }

  /** Takes over what a person made of it; what ends the run, if that does. */
  #heldEnded(outcome: HeldOutcome): RuleVerdict {
    this.#held = { how: outcome.how };
    switch (outcome.kind) {
      case 'pass':
        return undefined;
      case 'answer':
        return this.#answer(outcome.reply);
      case 'drop':
        return this.#drop();
      case 'edit': {
        const { kind: _, edit, ...note } = outcome;
        this.#held = note;
        if (edit.method !== undefined) this.#method = edit.method;
        if (edit.url !== undefined && edit.url !== this.#url) {
          this.#url = edit.url;
          this.#keepHost = false;
        }
        if (edit.fields !== undefined) this.#fields = edit.fields;
        if (edit.status !== undefined && edit.status !== this.#status) {
          this.#status = edit.status;
          this.#statusText = undefined;
        }
        if (edit.statusText !== undefined) this.#statusText = edit.statusText;
        if (edit.content !== undefined) this.#content = edit.content;
        return undefined;
      }
    }
  }

  #drop(): RuleVerdict {
    return { kind: 'drop', by: this.#names(), ...(this.#held && { held: this.#held }) };
  }

  #answer(reply: StageReply): RuleVerdict {
    return { kind: 'answer', reply, ...this.#acted() };
  }

  /** What acted, for the record and beyond. */
  #acted(): { by: string; throttle?: string; held?: HeldNote } {
    const throttle = this.#throttle;
    const held = this.#held;
    return { by: this.#names(), ...(throttle !== undefined && { throttle }), ...(held && { held }) };
  }

  #names(): string {
    return this.#by.join(', ');
  }

  #changed(): RuleVerdict {
    const view = this.#view;
    const change: {
      -readonly [K in keyof (ClientRequestChange & ResponseChange)]: (ClientRequestChange & ResponseChange)[K];
    } = {};
    if (this.#fields !== view.fields) change.fields = this.#fields;
    if (this.#content !== undefined) change.content = this.#content;
    if ('status' in view) {
      if (this.#status !== undefined && this.#status !== view.status) change.status = this.#status;
      if (this.#statusText !== undefined && this.#statusText !== view.statusText) change.statusText = this.#statusText;
    } else {
      if (this.#method !== view.method) change.method = this.#method;
      if (this.#url !== view.url) {
        change.url = this.#url;
        if (this.#keepHost) change.keepHost = true;
        if (this.#keyUrl !== undefined) change.keyUrl = this.#keyUrl;
      }
    }
    const about = this.#acted();
    if (Object.keys(change).length > 0) return { kind: 'change', change, ...about };
    return this.#held === undefined && this.#throttle === undefined ? undefined : { kind: 'pass', ...about };
  }
}

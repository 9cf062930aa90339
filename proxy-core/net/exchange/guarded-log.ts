/**
 * The observer as the proxy uses it: recording must not affect the exchange: exceptions are counted and logged once, and the
 * exchange continues.
 */
import type { ProxyErrorCode } from '../../contract/errors.ts';
import type { StageChange } from '../../contract/exchange.ts';
import type { ReportFault } from '../../contract/faults.ts';
import type {
  ExchangeLog,
  ExchangeObserver,
  ExchangeStart,
  ReplyStart,
  UpstreamConnection,
} from '../../contract/observer.ts';
import type { MessageDirection, SeenMessage } from '../../contract/messages.ts';
import type { Explained, TraceStep } from '../../contract/reasons.ts';

/** An observer that never throws. */
export function guardObserver(observer: ExchangeObserver, report: ReportFault): ExchangeObserver {
  return {
    begin: (start) => new GuardedLog(observer, start, report),
  };
}

class GuardedLog implements ExchangeLog {
  readonly id: number;
  readonly #log: ExchangeLog | undefined;
  readonly #report: ReportFault;

  constructor(observer: ExchangeObserver, start: ExchangeStart, report: ReportFault) {
    this.#report = report;
    try {
      this.#log = observer.begin(start);
    } catch (error) {
      report('capture (begin)', error);
    }
    this.id = this.#log?.id ?? 0;
  }

  decided(explained: Explained): void {
    try {
      this.#log?.decided(explained);
    } catch (error) {
      this.#report('capture (decided)', error);
    }
  }

  noted(step: TraceStep, facts?: Explained['facts']): void {
    try {
      this.#log?.noted(step, facts);
    } catch (error) {
      this.#report('capture (noted)', error);
    }
  }

  changed(change: StageChange<readonly string[]>): void {
    try {
      this.#log?.changed(change);
    } catch (error) {
      this.#report('capture (changed)', error);
    }
  }

  dispatched(): void {
    try {
      this.#log?.dispatched();
    } catch (error) {
      this.#report('capture (dispatched)', error);
    }
  }

  connected(connection: UpstreamConnection): void {
    try {
      this.#log?.connected(connection);
    } catch (error) {
      this.#report('capture (connected)', error);
    }
  }

  upstreamBytes(sent: number, received: number): void {
    try {
      this.#log?.upstreamBytes(sent, received);
    } catch (error) {
      this.#report('capture (upstreamBytes)', error);
    }
  }

  upstreamHead(status: number, fields: readonly string[]): void {
    try {
      this.#log?.upstreamHead(status, fields);
    } catch (error) {
      this.#report('capture (upstreamHead)', error);
    }
  }

  replyStarted(reply: ReplyStart): void {
    try {
      this.#log?.replyStarted(reply);
    } catch (error) {
      this.#report('capture (replyStarted)', error);
    }
  }

  requestData(chunk: Uint8Array): void {
    try {
      this.#log?.requestData(chunk);
    } catch (error) {
      this.#report('capture (requestData)', error);
    }
  }

  responseData(chunk: Uint8Array): void {
    try {
      this.#log?.responseData(chunk);
    } catch (error) {
      this.#report('capture (responseData)', error);
    }
  }

  responseStored(entryId: number, body: Uint8Array): void {
    try {
      this.#log?.responseStored(entryId, body);
    } catch (error) {
      this.#report('capture (responseStored)', error);
    }
  }

  tunnelBytes(up: number, down: number): void {
    try {
      this.#log?.tunnelBytes(up, down);
    } catch (error) {
      this.#report('capture (tunnelBytes)', error);
    }
  }

  message(message: SeenMessage): void {
    try {
      this.#log?.message(message);
    } catch (error) {
      this.#report('capture (message)', error);
    }
  }

  messagesBroken(direction: MessageDirection, problem: string): void {
    try {
      this.#log?.messagesBroken(direction, problem);
    } catch (error) {
      this.#report('capture (messagesBroken)', error);
    }
  }

  stored(entryId: number, ttlSeconds: number): void {
    try {
      this.#log?.stored(entryId, ttlSeconds);
    } catch (error) {
      this.#report('capture (stored)', error);
    }
  }

  failed(code: ProxyErrorCode, text: string): void {
    try {
      this.#log?.failed(code, text);
    } catch (error) {
      this.#report('capture (failed)', error);
    }
  }

  left(ending: Pick<ReplyStart, 'outcome' | 'cacheStatus'>): void {
    try {
      this.#log?.left(ending);
    } catch (error) {
      this.#report('capture (left)', error);
    }
  }

  end(): void {
    try {
      this.#log?.end();
    } catch (error) {
      this.#report('capture (end)', error);
    }
  }
}

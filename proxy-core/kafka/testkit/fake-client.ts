/** A client library whose every answer the test gives: connects and sends wait until they are kept or rejected. */
import type { KafkaMessage } from '../message.ts';
import type { KafkaClient, KafkaSink, SinkConfig } from '../sink.ts';

/** One call that waits for the test's answer. */
export interface Pending {
  resolve(): void;
  reject(error: Error): void;
}

export interface FakeSink extends KafkaSink {
  readonly config: SinkConfig;
  closed: boolean;
}

export class FakeClient implements KafkaClient {
  readonly sinks: FakeSink[] = [];
  readonly connects: Pending[] = [];
  readonly sends: (Pending & { messages: readonly KafkaMessage[]; config: SinkConfig })[] = [];
  /** Every message of a kept send, in order. */
  readonly delivered: KafkaMessage[] = [];
  /** Answers at once instead of waiting for the test; an error rejects. */
  onConnect: (() => Error | undefined) | undefined;
  onSend: ((messages: readonly KafkaMessage[]) => Error | undefined) | undefined;

  createSink(config: SinkConfig): KafkaSink {
    const sink: FakeSink = {
      config,
      closed: false,
      onLost: undefined,
      connect: () => this.#answer(this.connects, {}, this.onConnect),
      send: (messages) => {
        const keep = (): void => void this.delivered.push(...messages);
        return this.#answer(this.sends, { messages, config }, this.onSend && (() => this.onSend?.(messages)), keep);
      },
      close: () => {
        sink.closed = true;
        return Promise.resolve();
      },
    };
    this.sinks.push(sink);
    return sink;
  }

  createProbe(): never {
    throw new Error('the fake has no probe');
  }

  #answer<T extends object>(
    list: (Pending & T)[],
    more: T,
    answer: (() => Error | undefined) | undefined,
    onKept?: () => void,
  ): Promise<void> {
    if (answer !== undefined) {
      const error = answer();
      if (error !== undefined) return Promise.reject(error);
      onKept?.();
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      list.push({
        ...more,
        resolve: () => {
          onKept?.();
          resolve();
        },
        reject,
      });
    });
  }
}

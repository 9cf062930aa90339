import { describe, expect, it } from 'vitest';
import { isLoginFailure, isUnknownTopic, toSinkError } from './kafkajs-words.ts';
import { SinkError, type SinkConfig } from './sink.ts';

const config: SinkConfig = {
  brokers: ['kafka.test:9092'],
  clientId: 'c',
  topic: 'events',
  acks: 1,
  compression: 'none',
  sasl: { mechanism: 'plain', username: 'ann', password: 'hunter2' },
};

/** An error with kafkajs' fields. */
const make = (fields: { message?: string } & Record<string, unknown>): Error =>
  Object.assign(new Error(fields.message), fields);
const wrapped = (cause: Error): Error =>
  make({
    name: 'KafkaJSNumberOfRetriesExceeded',
    message: 'gave up',
    cause: make({ name: 'KafkaJSNonRetriableError', message: 'gave up', cause }),
  });
const read = (error: unknown): { failure: string; message: string } => {
  const { failure, message } = toSinkError(error, config, 10_000);
  return { failure, message };
};

describe('what a rejection of the library means', () => {
  it.each([
    [
      'name not found',
      {
        name: 'KafkaJSConnectionError',
        message: 'Connection error: getaddrinfo ENOTFOUND kafka.test',
        code: 'ENOTFOUND',
        broker: 'kafka.test:9092',
      },
      'retry',
      'The name kafka.test was not found. Check the spelling, or use an address.',
    ],
    [
      'port closed',
      { name: 'KafkaJSConnectionError', message: 'Connection error: ', code: 'ECONNREFUSED', broker: '10.0.0.1:9092' },
      'retry',
      '10.0.0.1:9092 refused the connection: nothing listens on that port.',
    ],
    [
      'no answer to connecting',
      { name: 'KafkaJSConnectionError', message: 'Connection timeout', broker: 'kafka.test:9092' },
      'retry',
      'kafka.test:9092 gave no answer when connecting: a firewall may be in between, or the host is down.',
    ],
    [
      'hung up',
      { name: 'KafkaJSConnectionClosedError', message: 'Closed connection', broker: 'kafka.test:9092' },
      'retry',
      'kafka.test:9092 closed the connection.',
    ],
    [
      'no answer to a request',
      { name: 'KafkaJSRequestTimeoutError', message: 'Request Produce timed out', broker: 'kafka.test:9092' },
      'retry',
      'kafka.test:9092 accepted the connection but gave no answer within 10 s.',
    ],
    [
      'TLS to a plain port',
      {
        name: 'KafkaJSConnectionError',
        message: 'Connection error: Client network socket disconnected before secure TLS connection was established',
        code: 'ECONNRESET',
        broker: 'kafka.test:9092',
      },
      'retry',
      "kafka.test:9092 closed the connection during the TLS handshake. It may be a plain port: turn TLS off, or use the broker's TLS port.",
    ],
    [
      'untrusted',
      {
        name: 'KafkaJSConnectionError',
        message: 'Connection error: self-signed certificate',
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        broker: 'kafka.test:9092',
      },
      'retry',
      'The certificate of kafka.test:9092 is not signed by a trusted authority. Name the file with the CA certificate in the settings.',
    ],
    [
      'wrong password',
      { name: 'KafkaJSSASLAuthenticationError', message: 'Invalid username or password' },
      'retry',
      'The broker refused the login of user ann with PLAIN: Invalid username or password',
    ],
    [
      'topic missing',
      {
        name: 'KafkaJSProtocolError',
        type: 'UNKNOWN_TOPIC_OR_PARTITION',
        message: 'This server does not host this topic-partition',
      },
      'retry',
      'The topic events does not exist on this cluster, and the cluster does not create topics by itself. Create it first.',
    ],
    [
      'not allowed',
      { name: 'KafkaJSProtocolError', type: 'TOPIC_AUTHORIZATION_FAILED', message: 'x' },
      'retry',
      'The cluster does not allow user ann to write to the topic events.',
    ],
    [
      'too large',
      { name: 'KafkaJSProtocolError', type: 'MESSAGE_TOO_LARGE', message: 'x' },
      'too-large',
      'The broker refused a batch for its size (topic events).',
    ],
    [
      'clock',
      { name: 'KafkaJSProtocolError', type: 'INVALID_TIMESTAMP', message: 'x' },
      'refused',
      'The broker refused records for their time: the clocks of this machine and the broker are too far apart.',
    ],
    [
      'anything else',
      { name: 'KafkaJSProtocolError', type: 'KAFKA_STORAGE_ERROR', message: 'Disk error' },
      'retry',
      'The broker answered KAFKA_STORAGE_ERROR: Disk error',
    ],
  ])('%s', (_, fields, failure, message) => {
    expect(read(make(fields))).toEqual({ failure, message });
    expect(read(wrapped(make(fields)))).toEqual({ failure, message });
  });

  it('passes its own errors through and survives what is no error at all', () => {
    const own = new SinkError('lost', 'gone');
    expect(toSinkError(own, config, 1)).toBe(own);
    expect(read('a text').failure).toBe('retry');
    expect(read(undefined).failure).toBe('retry');
  });

  it('never says the password', () => {
    expect(
      JSON.stringify([
        read(make({ name: 'KafkaJSSASLAuthenticationError', message: 'no' })),
        read(make({ message: 'odd' })),
      ]),
    ).not.toContain('hunter2');
  });

  it('finds the topic and the login in the innermost error, also in a list of errors', () => {
    expect(isUnknownTopic(make({ errors: [make({ type: 'UNKNOWN_TOPIC_OR_PARTITION' })] }))).toBe(true);
    expect(isLoginFailure(wrapped(make({ name: 'KafkaJSSASLAuthenticationError' })))).toBe(true);
    expect(isLoginFailure(make({ name: 'KafkaJSConnectionError' }))).toBe(false);
  });
});

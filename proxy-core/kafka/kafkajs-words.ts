/**
 * What a rejection of kafkajs means: for its records (retry or not) and for a person (one sentence). kafkajs wraps errors
 * in errors; the innermost one tells the story. It is read by its fields, never by its class, and no field holds a password.
 */
import { unaliased } from './connection-config.ts';
import type { SinkConfig, SinkFailure } from './sink.ts';
import { SinkError } from './sink.ts';
import { errorCode, socketWords } from './socket-words.ts';

/** The fields of kafkajs errors that are looked at; all optional, all checked. */
interface Facts {
  name: string;
  message: string;
  code: string;
  /** Protocol error name: `UNKNOWN_TOPIC_OR_PARTITION`. */
  type: string;
  /** `host:port`. */
  broker: string;
}

/** Follows `cause` (and the first of `errors`) to the innermost error. */
function innermost(error: unknown): unknown {
  let current = error;
  // Bounded: a cause could point back to itself.
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth += 1) {
    const next: unknown =
      'errors' in current && Array.isArray(current.errors)
        ? current.errors[0]
        : 'cause' in current
          ? current.cause
          : undefined;
    if (typeof next !== 'object' || next === null || next === current) return current;
    current = next;
  }
  return current;
}

const textField = (value: object, name: string): string => {
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : '';
};

function readFacts(error: unknown): Facts {
  const inner = innermost(error);
  if (typeof inner !== 'object' || inner === null)
    return { name: '', message: String(inner), code: '', type: '', broker: '' };
  return {
    name: textField(inner, 'name'),
    message: textField(inner, 'message'),
    code: errorCode(inner),
    type: textField(inner, 'type'),
    broker: textField(inner, 'broker'),
  };
}

/** Protocol answers that no later attempt changes. */
const REFUSED = new Set([
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'INVALID_REQUIRED_ACKS',
  'UNSUPPORTED_COMPRESSION_TYPE',
]);
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

function protocolWords(facts: Facts, config: Pick<SinkConfig, 'topic' | 'acks' | 'sasl'>): string {
  switch (facts.type) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return `The topic ${config.topic} does not exist on this cluster, and the cluster does not create topics by itself. Create it first.`;
    case 'TOPIC_AUTHORIZATION_FAILED':
      return `The cluster does not allow ${config.sasl ? `user ${config.sasl.username}` : 'this client'} to write to the topic ${config.topic}.`;
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return `The cluster does not allow ${config.sasl ? `user ${config.sasl.username}` : 'this client'} to do this.`;
    case 'LEADER_NOT_AVAILABLE':
    case 'NOT_LEADER_FOR_PARTITION':
      return `The topic ${config.topic} has no leader at the moment; the cluster is choosing one.`;
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
      return `Too few copies of the topic ${config.topic} are in sync for "confirmed by all".`;
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return `The broker refused a batch for its size (topic ${config.topic}).`;
    case 'INVALID_TIMESTAMP':
      return 'The broker refused records for their time: the clocks of this machine and the broker are too far apart.';
    default:
      return `The broker answered ${facts.type}: ${facts.message}`;
  }
}

function words(
  facts: Facts,
  config: Pick<SinkConfig, 'topic' | 'acks' | 'sasl' | 'brokers'>,
  timeoutMs: number,
): string {
  const address = facts.broker === '' ? config.brokers.join(', ') : unaliased(facts.broker, config.brokers);
  if (facts.name === 'KafkaJSSASLAuthenticationError' || facts.type === 'SASL_AUTHENTICATION_FAILED') {
    return `The broker refused the login of user ${config.sasl?.username ?? ''} with ${config.sasl?.mechanism.toUpperCase() ?? 'SASL'}: ${facts.message}`;
  }
  if (facts.type === 'UNSUPPORTED_SASL_MECHANISM')
    return `The broker does not offer ${config.sasl?.mechanism.toUpperCase() ?? 'SASL'}. Choose another SASL mechanism.`;
  if (facts.type === 'ILLEGAL_SASL_STATE')
    return `${address} asks for no login on this port: set SASL to none, or use the broker's SASL port.`;
  if (facts.type !== '') return protocolWords(facts, config);
  if (facts.name === 'KafkaJSRequestTimeoutError')
    return `${address} accepted the connection but gave no answer within ${timeoutMs / 1000} s.`;
  if (facts.name === 'KafkaJSLockTimeout') return `${address} did not finish the login in time.`;
  if (/metadata/i.test(facts.name)) return protocolWords({ ...facts, type: 'UNKNOWN_TOPIC_OR_PARTITION' }, config);
  if (/^Connection timeout$/.test(facts.message))
    return `${address} gave no answer when connecting: a firewall may be in between, or the host is down.`;
  // kafkajs puts "Connection error: " before the socket's own text and keeps its code.
  const socket = socketWords(Object.assign(new Error(facts.message), { code: facts.code }), address);
  if (socket !== undefined) return socket;
  if (/closed/i.test(facts.message)) return `${address} closed the connection.`;
  return `${address}: ${facts.message === '' ? 'unknown failure' : facts.message}`;
}

/** Any rejection as a {@link SinkError}. */
export function toSinkError(
  error: unknown,
  config: Pick<SinkConfig, 'topic' | 'acks' | 'sasl' | 'brokers'>,
  timeoutMs: number,
): SinkError {
  if (error instanceof SinkError) return error;
  const facts = readFacts(error);
  const failure: SinkFailure = TOO_LARGE.has(facts.type) ? 'too-large' : REFUSED.has(facts.type) ? 'refused' : 'retry';
  return new SinkError(failure, words(facts, config, timeoutMs));
}

/** True when the answer says that the topic is not there. */
export function isUnknownTopic(error: unknown): boolean {
  return readFacts(error).type === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** True for the answers about a topic that is missing or just being created. */
export function isNewTopic(error: unknown): boolean {
  return ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'].includes(readFacts(error).type);
}

/** True when the other side closed the connection. */
export function isHangUp(error: unknown): boolean {
  const facts = readFacts(error);
  return (
    facts.name === 'KafkaJSConnectionClosedError' ||
    facts.code === 'ECONNRESET' ||
    facts.code === 'EPIPE' ||
    /closed/i.test(facts.message)
  );
}

/** True when the failure is about who is logging in. */
export function isLoginFailure(error: unknown): boolean {
  const facts = readFacts(error);
  return (
    facts.name === 'KafkaJSSASLAuthenticationError' ||
    facts.type === 'SASL_AUTHENTICATION_FAILED' ||
    facts.type === 'UNSUPPORTED_SASL_MECHANISM' ||
    facts.type === 'ILLEGAL_SASL_STATE' ||
    facts.name === 'KafkaJSLockTimeout'
  );
}

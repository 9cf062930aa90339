/** Reads one action of a rule, and says what is wrong with it where it stands. */
import type { StageName } from '../exchange.ts';
import { isThrottleName, THROTTLE_LIMITS } from '../throttle.ts';
import {
  ACTION_STAGES,
  PRESET_STAGES,
  REDIRECT_STATUSES,
  RULE_LIMITS,
  RULE_PRESETS,
  type MockBody,
  type RuleAction,
  type RuleActionKind,
} from './rule.ts';
import { Fields, isFieldValue, isToken, oneOf, wholeOf, Wrong, type ReadValue } from './value-checks.ts';

const ACTIONS = Object.keys(ACTION_STAGES) as RuleActionKind[];
/** Longest lifetime that a cache has to understand (RFC 9111 §1.2.2), seconds. */
const MAX_SECONDS = 2_147_483_648;
/** Fields that frame a message or belong to a connection: they follow from the content and the protocol. */
const FRAMING = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

/** Throws a {@link Wrong} that begins with `place`. */
export function parseAction(part: unknown, where: StageName, place: string): RuleAction {
  try {
    const fields = new Fields(part, 'an object');
    const kind = fields.read('do', oneOf(ACTIONS));
    if (!ACTION_STAGES[kind].includes(where))
      throw new Wrong(`${kind} cannot stand at ${where}; it can at ${ACTION_STAGES[kind].join(', ')}`);
    const action = READERS[kind](fields, where);
    fields.done();
    return action;
  } catch (error) {
    if (error instanceof Wrong) throw new Wrong(`${place}: ${error.message}`, error.part ?? part);
    throw error;
  }
}

const fieldName: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || value.length > 256 || !isToken(value))
    throw new Wrong(`"${key}" is no field name: letters, digits and !#$%&'*+.^_\`|~- make one`);
  if (FRAMING.has(value.toLowerCase()))
    throw new Wrong(`${value} is not for rules: it follows from the content and the connection`);
  return value;
};

const fieldValue: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || value.length > RULE_LIMITS.text || !isFieldValue(value))
    throw new Wrong(`"${key}" is no field value: one line of at most ${RULE_LIMITS.text} printable characters`);
  return value;
};

/** A URL, in which captures may stand. */
const absoluteUrl: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || value.length > RULE_LIMITS.text || !/^(?:https?|\$[1-9]):\/\/[^\s/]/i.test(value))
    throw new Wrong(`"${key}" is an absolute URL that begins with http:// or https://`);
  return value;
};

/** A final status. */
export const status: ReadValue<number> = wholeOf(200, 599);

function mockFields(fields: Fields): readonly (readonly [string, string])[] {
  const list = fields.optional('fields', (key) => fields.list(key, 200)) ?? [];
  return list.map((line) => {
    if (!Array.isArray(line) || line.length !== 2)
      throw new Wrong('"fields" is a list of pairs of a name and a value', line);
    return [fieldName(line[0], 'name'), fieldValue(line[1], 'value')] as const;
  });
}

/** Content of a message; `most` is how many characters of text or Base64 are taken. */
export function readContent(value: unknown, most: number): MockBody {
  const fields = new Fields(value, 'an object with "text" or "base64"');
  const text = fields.optional('text', (key) => fields.text(key, 0, most));
  const base64 = fields.optional('base64', (key) => fields.text(key, 0, most));
  fields.done();
  if (text !== undefined && base64 !== undefined) throw new Wrong('"body" has either "text" or "base64"');
  if (base64 !== undefined && !/^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    throw new Wrong('"base64" of "body" is no Base64');
  return { ...(text !== undefined && { text }), ...(base64 !== undefined && { base64 }) };
}

const READERS: { readonly [K in RuleActionKind]: (fields: Fields, where: StageName) => RuleAction } = {
  'set-field': (fields) => ({
    do: 'set-field',
    name: fields.read('name', fieldName),
    value: fields.read('value', fieldValue),
  }),
  'add-field': (fields) => ({
    do: 'add-field',
    name: fields.read('name', fieldName),
    value: fields.read('value', fieldValue),
  }),
  'remove-field': (fields) => ({ do: 'remove-field', name: fields.read('name', fieldName) }),
  'replace-in-field': (fields) => ({
    do: 'replace-in-field',
    name: fields.read('name', fieldName),
    pattern: fields.read('pattern', fieldValue),
    with: fields.read('with', fieldValue),
  }),
  preset: (fields, where) => {
    const preset = fields.read('preset', oneOf(RULE_PRESETS));
    if (!PRESET_STAGES[preset].includes(where))
      throw new Wrong(`the preset ${preset} cannot stand at ${where}; it can at ${PRESET_STAGES[preset].join(', ')}`);
    const seconds =
      preset === 'make-cacheable'
        ? fields.optional('seconds', (key) => fields.read(key, wholeOf(1, MAX_SECONDS)))
        : undefined;
    const origin =
      preset === 'allow-origin' ? fields.optional('origin', (key) => fields.read(key, fieldValue)) : undefined;
    return { do: 'preset', preset, ...(seconds !== undefined && { seconds }), ...(origin !== undefined && { origin }) };
  },
  'set-method': (fields) => {
    const method = fields.text('method', 1, 64);
    if (!isToken(method)) throw new Wrong('"method" is a method, like GET or POST');
    if (method === 'CONNECT' || method === 'HEAD')
      throw new Wrong(`"method" cannot be ${method}: the client does not expect its answer`);
    return { do: 'set-method', method };
  },
  'set-status': (fields) => ({ do: 'set-status', status: fields.read('status', status) }),
  'map-remote': (fields) => {
    const from = fields.optional('from', (key) => fields.text(key, 1)) ?? '*';
    const to = fields.read('to', absoluteUrl);
    const keepHost = fields.optional('keepHost', (key) => fields.flag(key)) ?? false;
    const keepKey = fields.optional('keepKey', (key) => fields.flag(key)) ?? false;
    return { do: 'map-remote', from, to, ...(keepHost && { keepHost }), ...(keepKey && { keepKey }) };
  },
  'map-local': (fields) => {
    const path = fields.text('path', 1);
    if (path.includes('\0')) throw new Wrong('"path" is a path of a file or folder');
    const from = fields.optional('from', (key) => fields.text(key, 1));
    return { do: 'map-local', path, ...(from !== undefined && { from }) };
  },
  mock: (fields) => {
    const mocked = fields.read('status', status);
    const lines = mockFields(fields);
    const body = fields.optional('body', (key) => fields.read(key, (value) => readContent(value, RULE_LIMITS.body)));
    if (body !== undefined && (mocked === 204 || mocked === 304))
      throw new Wrong(`a ${mocked} has no content, so no "body"`);
    return { do: 'mock', status: mocked, fields: lines, ...(body !== undefined && { body }) };
  },
  redirect: (fields) => ({
    do: 'redirect',
    status: fields.optional('status', (key) => fields.read(key, oneOf(REDIRECT_STATUSES))) ?? 302,
    from: fields.optional('from', (key) => fields.text(key, 1)) ?? '*',
    to: fields.read('to', absoluteUrl),
  }),
  abort: () => ({ do: 'abort' }),
  breakpoint: () => ({ do: 'breakpoint' }),
  throttle: (fields) => {
    const profile = fields.text('profile', 1, THROTTLE_LIMITS.name);
    if (!isThrottleName(profile))
      throw new Wrong(
        '"profile" is no name of a throttle profile: letters, digits, dots, dashes and underscores make one',
      );
    return { do: 'throttle', profile };
  },
  delay: (fields) => {
    const ms = fields.read('ms', wholeOf(0, RULE_LIMITS.delayMs));
    const upToMs = fields.optional('upToMs', (key) => fields.read(key, wholeOf(0, RULE_LIMITS.delayMs)));
    if (upToMs !== undefined && upToMs < ms) throw new Wrong('"upToMs" is less than "ms"');
    return { do: 'delay', ms, ...(upToMs !== undefined && { upToMs }) };
  },
};

/**
 * Checks values against `docs/cache-event.schema.json`: the handful of JSON Schema keywords that file uses, and an
 * exception for any other, so that a keyword added there cannot go unchecked.
 */
import { readFileSync } from 'node:fs';

type Schema = Record<string, unknown>;

const ANNOTATIONS = new Set(['$schema', 'title', 'description']);

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asSchema(value: unknown): Schema {
  if (!isObject(value)) throw new Error('a schema must be an object');
  return value;
}

const CHECKS: Record<string, (limit: unknown, value: unknown, schema: Schema, path: string) => string[]> = {
  type: (limit, value, _, path) => {
    const fits =
      limit === 'integer' ? Number.isInteger(value) : limit === 'object' ? isObject(value) : typeof value === limit;
    return fits ? [] : [`${path} is not of type ${String(limit)}`];
  },
  enum: (limit, value, _, path) =>
    Array.isArray(limit) && limit.includes(value) ? [] : [`${path} is none of ${JSON.stringify(limit)}`],
  pattern: (limit, value, _, path) =>
    typeof value !== 'string' || new RegExp(String(limit), 'u').test(value)
      ? []
      : [`${path} does not match ${String(limit)}`],
  minLength: (limit, value, _, path) =>
    typeof value !== 'string' || value.length >= Number(limit) ? [] : [`${path} is too short`],
  minimum: (limit, value, _, path) =>
    typeof value !== 'number' || value >= Number(limit) ? [] : [`${path} is below ${String(limit)}`],
  maximum: (limit, value, _, path) =>
    typeof value !== 'number' || value <= Number(limit) ? [] : [`${path} is above ${String(limit)}`],
  minProperties: (limit, value, _, path) =>
    !isObject(value) || Object.keys(value).length >= Number(limit) ? [] : [`${path} has too few members`],
  required: (limit, value, _, path) =>
    isObject(value) && Array.isArray(limit)
      ? limit.filter((name) => !(String(name) in value)).map((name) => `${path}.${String(name)} is missing`)
      : [],
  properties: (limit, value, _, path) =>
    isObject(value)
      ? Object.entries(asSchema(limit)).flatMap(([name, member]) =>
          name in value ? problems(asSchema(member), value[name], `${path}.${name}`) : [],
        )
      : [],
  propertyNames: (limit, value, _, path) =>
    isObject(value)
      ? Object.keys(value).flatMap((name) => problems(asSchema(limit), name, `${path}: the name ${name}`))
      : [],
  additionalProperties: (limit, value, schema, path) => {
    if (!isObject(value)) return [];
    const known = isObject(schema.properties) ? schema.properties : {};
    return Object.entries(value)
      .filter(([name]) => !(name in known))
      .flatMap(([name, member]) =>
        limit === false ? [`${path}.${name} is not known`] : problems(asSchema(limit), member, `${path}.${name}`),
      );
  },
};

/** What is wrong with the value, one line each; empty when it is valid. */
function problems(schema: Schema, value: unknown, path: string): string[] {
  return Object.entries(schema).flatMap(([keyword, limit]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`the checker does not know the keyword ${keyword}`);
    return check(limit, value, schema, path);
  });
}

const eventSchema = asSchema(
  JSON.parse(readFileSync(new URL('../../../docs/cache-event.schema.json', import.meta.url), 'utf8')),
);

/** Names the schema knows, and which of them every record has. */
export const schemaNames = {
  all: Object.keys(asSchema(eventSchema.properties)),
  required: eventSchema.required as string[],
};

/** What is wrong with a record that came back as JSON; empty when it is valid. */
export function checkRecord(record: unknown): string[] {
  return problems(eventSchema, record, 'record');
}

/** What rules do to fields: plain functions from lines to lines. */
import { captureGlob, fillCaptures } from '../contract/rules/capture-glob.ts';
import type { RuleAction, RulePreset } from '../contract/rules/rule.ts';
import { getCombined, withoutFields, type FieldList } from '../http/fields.ts';

/** The actions that change fields only. */
export type FieldAction = Extract<
  RuleAction,
  { do: 'set-field' | 'add-field' | 'remove-field' | 'replace-in-field' | 'preset' }
>;

/** Lifetime of "make it cacheable" where none is told, seconds. */
const CACHEABLE_SECONDS = 3600;

/** Fields by which caches go beside Cache-Control, and those that keep them from storing. */
const LIFETIME_FIELDS = new Set(['cache-control', 'cdn-cache-control', 'surrogate-control', 'pragma', 'expires']);

/** The lines after an action; the same list when it changes none. */
export function applyFieldAction(fields: FieldList, action: FieldAction, isResponse: boolean): FieldList {
  switch (action.do) {
    case 'set-field':
      return setField(fields, action.name, action.value);
    case 'add-field':
      return [...fields, action.name, action.value];
    case 'remove-field':
      return without(fields, action.name);
    case 'replace-in-field':
      return replaceIn(fields, action);
    case 'preset':
      return PRESETS[action.preset](fields, action, isResponse);
  }
}

/** In the place of the first line of that name, so that order tells nothing; else at the end. */
function setField(fields: FieldList, name: string, value: string): FieldList {
  const lower = name.toLowerCase();
  const out: string[] = [];
  let isSet = false;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]!.toLowerCase() !== lower) out.push(fields[i]!, fields[i + 1]!);
    else if (!isSet) {
      out.push(fields[i]!, value);
      isSet = true;
    }
  }
  if (!isSet) out.push(name, value);
  return out.length === fields.length && out.every((part, i) => part === fields[i]) ? fields : out;
}

function without(fields: FieldList, ...names: readonly string[]): FieldList {
  const out = withoutFields(fields, new Set(names.map((name) => name.toLowerCase())));
  return out.length === fields.length ? fields : out;
}

function replaceIn(
  fields: FieldList,
  { name, pattern, with: template }: Extract<FieldAction, { do: 'replace-in-field' }>,
): FieldList {
  const lower = name.toLowerCase();
  let changed: string[] | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]!.toLowerCase() !== lower) continue;
    const captures = captureGlob(pattern, fields[i + 1]!);
    if (captures === undefined) continue;
    (changed ??= [...fields])[i + 1] = fillCaptures(template, captures);
  }
  return changed ?? fields;
}

/** RFC 9111 §5.2, §5.3. */
function withCacheControl(fields: FieldList, value: string): FieldList {
  return [...withoutFields(fields, LIFETIME_FIELDS), 'Cache-Control', value];
}

type PresetAction = Extract<FieldAction, { do: 'preset' }>;

const PRESETS: {
  readonly [K in RulePreset]: (fields: FieldList, action: PresetAction, isResponse: boolean) => FieldList;
} = {
  'make-cacheable': (fields, { seconds = CACHEABLE_SECONDS }) => {
    // A response with Set-Cookie, or one that varies by everything, would not be used again.
    const rest = getCombined(fields, 'vary')?.trim() === '*' ? without(fields, 'Vary') : fields;
    return withCacheControl(without(rest, 'Set-Cookie'), `public, max-age=${seconds}`);
  },
  'never-store': (fields) => withCacheControl(fields, 'no-store'),
  'force-revalidation': (fields) => withCacheControl(fields, 'no-cache'),
  'strip-cookies': (fields, _, isResponse) => without(fields, isResponse ? 'Set-Cookie' : 'Cookie'),
  'allow-origin': (fields, { origin = '*' }) => setField(fields, 'Access-Control-Allow-Origin', origin),
};

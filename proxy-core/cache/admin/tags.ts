/** Tags by which responses may be purged: Surrogate-Key and Cache-Tag. */
import { hasField, type FieldList } from '../../http/fields.ts';

/** True when a response says by which tags it may be purged. */
export function hasTagFields(fields: FieldList): boolean {
  return hasField(fields, 'surrogate-key') || hasField(fields, 'cache-tag');
}

/** Surrogate-Key (separated by spaces) and Cache-Tag (by commas) values. */
export function readTags(fields: FieldList): string[] {
  const out = new Set<string>();
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    if (name !== 'surrogate-key' && name !== 'cache-tag') continue;
    for (const tag of fields[i + 1]!.split(name === 'cache-tag' ? ',' : /\s+/))
      if (tag.trim() !== '') out.add(tag.trim());
  }
  return [...out];
}

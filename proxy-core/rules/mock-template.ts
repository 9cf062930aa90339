/** Values of a request that a mocked body may name. */
import { getCombined, type FieldList } from '../http/fields.ts';

export interface TemplateRequest {
  readonly method: string;
  readonly url: string;
  readonly fields: FieldList;
}

/** Longest text that comes of a template, characters: many names of a long URL would make a short one large. */
export const MAX_FILLED = 4 * 1024 * 1024;

/**
 * Puts `{{method}}`, `{{url}}`, `{{host}}`, `{{path}}`, `{{query.NAME}}` and `{{header.NAME}}` in; a value that is not there
 * is empty, any other name stays as it stands. Throws a RangeError when it becomes longer than {@link MAX_FILLED}.
 */
export function fillTemplate(text: string, request: TemplateRequest): string {
  if (!text.includes('{{')) return text;
  let url: URL | undefined;
  const parsed = (): URL => (url ??= new URL(request.url));
  let length = 0;
  return text.replace(
    /\{\{([a-z]{1,6})(?:\.([^{}\s]{1,256}))?\}\}/g,
    (whole, what: string, name: string | undefined) => {
      const value = valueOf(what, name, request, parsed);
      length += value?.length ?? 0;
      if (length > MAX_FILLED) throw new RangeError(`a mocked body would be longer than ${MAX_FILLED} characters`);
      return value ?? whole;
    },
  );
}

function valueOf(
  what: string,
  name: string | undefined,
  { method, url, fields }: TemplateRequest,
  parsed: () => URL,
): string | undefined {
  if (name !== undefined) {
    if (what === 'query') return parsed().searchParams.get(name) ?? '';
    if (what === 'header') return getCombined(fields, name.toLowerCase()) ?? '';
    return undefined;
  }
  if (what === 'method') return method;
  if (what === 'url') return url;
  if (what === 'host') return parsed().host;
  if (what === 'path') return parsed().pathname;
  return undefined;
}

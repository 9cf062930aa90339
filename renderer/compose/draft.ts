/** A request as it is being written, and the request it makes. Pure. */
import type {
  CacheUse,
  ComposedBody,
  ComposedPart,
  ComposedRequest,
} from '../../proxy-core/contract/compose/composed.ts';
import { parseSendOptions } from '../../proxy-core/contract/compose/parse-composed.ts';
import { Wrong } from '../../proxy-core/contract/rules/value-checks.ts';
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';

export const BODY_KINDS = ['none', 'text', 'json', 'form', 'multipart', 'file', 'bytes'] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

export interface DraftPart {
  name: string;
  kind: 'text' | 'path' | 'bytes';
  /** Text, path or Base64. */
  value: string;
  filename?: string;
  type?: string;
}

/** What was written for one kind of content stays while another one is chosen. */
export interface Draft {
  method: string;
  url: string;
  fields: FieldLine[];
  kind: BodyKind;
  text: string;
  form: FieldLine[];
  parts: DraftPart[];
  path: string;
  base64: string;
  cache: CacheUse;
  /** As typed. */
  times: string;
  together: boolean;
}

export const emptyDraft = (): Draft => ({
  method: 'GET',
  url: '',
  fields: [],
  kind: 'none',
  text: '',
  form: [],
  parts: [],
  path: '',
  base64: '',
  cache: 'use',
  times: '1',
  together: true,
});

/** Why a text is no JSON; undefined when it is. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

function toPart({ text, base64, path, ...rest }: ComposedPart): DraftPart {
  if (path !== undefined) return { ...rest, kind: 'path', value: path };
  return base64 === undefined
    ? { ...rest, kind: 'text', value: text ?? '' }
    : { ...rest, kind: 'bytes', value: base64 };
}

function bodyOf(body: ComposedBody | undefined, fields: readonly FieldLine[]): Partial<Draft> {
  switch (body?.kind) {
    case undefined:
      return { kind: 'none' };
    case 'text': {
      const type = fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
      const media = (type.split(';')[0] ?? '').trim().toLowerCase();
      return { kind: media.endsWith('/json') || media.endsWith('+json') ? 'json' : 'text', text: body.text };
    }
    case 'base64':
      return { kind: 'bytes', base64: body.base64 };
    case 'form':
      return { kind: 'form', form: [...body.fields] };
    case 'multipart':
      return { kind: 'multipart', parts: body.parts.map(toPart) };
    case 'file':
      return { kind: 'file', path: body.path };
  }
}

/** A request that was sent, captured or read from a command line, to be written on. */
export const draftOf = (request: ComposedRequest): Draft => ({
  ...emptyDraft(),
  method: request.method,
  url: request.url,
  fields: [...request.fields],
  ...bodyOf(request.body, request.fields),
});

function contentOf(draft: Draft): ComposedBody | undefined {
  switch (draft.kind) {
    case 'none':
      return undefined;
    case 'text':
    case 'json':
      return { kind: 'text', text: draft.text };
    case 'form':
      return { kind: 'form', fields: draft.form.filter(([name, value]) => name !== '' || value !== '') };
    case 'multipart':
      return {
        kind: 'multipart',
        parts: draft.parts
          .filter(({ name, value }) => name !== '' || value !== '')
          .map(({ kind, value, ...rest }) => ({
            ...rest,
            ...(kind === 'text' ? { text: value } : kind === 'path' ? { path: value } : { base64: value }),
          })),
      };
    case 'file':
      return { kind: 'file', path: draft.path };
    case 'bytes':
      return { kind: 'base64', base64: draft.base64 };
  }
}

/** The request that is written. A type is said of JSON only: a text without one may be meant so. */
export function requestOf(draft: Draft): ComposedRequest {
  const fields = draft.fields.filter(([name, value]) => name.trim() !== '' || value !== '');
  const body = contentOf(draft);
  const hasType = fields.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    method: draft.method.trim(),
    url: draft.url.trim(),
    fields: [
      ...fields.map(([name, value]): FieldLine => [name.trim(), value.trim()]),
      ...(draft.kind !== 'json' || hasType ? [] : [['Content-Type', 'application/json'] satisfies FieldLine]),
    ],
    ...(body !== undefined && { body }),
  };
}

/** What of it cannot be sent, in words; undefined when all can. */
export function problemOf(draft: Draft): string | undefined {
  try {
    parseSendOptions({ request: requestOf(draft) });
    return undefined;
  } catch (problem) {
    if (problem instanceof Wrong) return problem.message;
    throw problem;
  }
}

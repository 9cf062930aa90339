import { expect, it } from 'vitest';
import { isTextType, mediaTypeOf } from './media-types.ts';

it.each<[contentType: string | undefined, type: string | undefined, text: boolean]>([
  ['text/html; charset=utf-8', 'text/html', true],
  [' Application/JSON ;a=b', 'application/json', true],
  ['application/x-ndjson', 'application/x-ndjson', true],
  ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded', true],
  ['application/problem+json', 'application/problem+json', true],
  ['image/svg+xml', 'image/svg+xml', true],
  ['application/jsonx', 'application/jsonx', false],
  ['application/wasm', 'application/wasm', false],
  ['image/png', 'image/png', false],
  [';charset=utf-8', undefined, false],
  ['', undefined, false],
  [undefined, undefined, false],
])('%s', (contentType, type, text) => {
  expect(mediaTypeOf(contentType)).toBe(type);
  expect(isTextType(type ?? '')).toBe(text);
});

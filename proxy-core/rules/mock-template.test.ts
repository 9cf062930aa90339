import { expect, it } from 'vitest';
import { fillTemplate, MAX_FILLED } from './mock-template.ts';

const request = {
  method: 'GET',
  url: 'http://a.test:81/p/q?x=1&y=%20&z={{method}}',
  fields: ['X-A', '1', 'x-a', '2'],
};

it.each([
  ['plain', 'plain'],
  ['{{method}} {{host}}{{path}}', 'GET a.test:81/p/q'],
  ['{{query.x}}|{{query.y}}|{{query.none}}', '1| |'],
  ['{{header.X-A}} {{header.none}}', '1, 2 '],
  // What is put in is not looked at again.
  ['{{query.z}}', '{{method}}'],
  ['{{url}}', request.url],
  ['{{other}} {{method.x}} {{ method }}', '{{other}} {{method.x}} {{ method }}'],
])('%s', (text, filled) => {
  expect(fillTemplate(text, request)).toBe(filled);
});

it('is bounded', () => {
  const url = `http://a.test/?${'x'.repeat(8000)}`;
  expect(() => fillTemplate('{{url}}'.repeat(2000), { ...request, url })).toThrow(
    `a mocked body would be longer than ${MAX_FILLED} characters`,
  );
});

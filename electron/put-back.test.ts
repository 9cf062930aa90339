import { expect, test } from 'vitest';
import { putBackLine, putBackOwner } from './put-back.ts';

test('the line that puts back is told from an ordinary start', () => {
  expect(putBackOwner([...putBackLine('/opt/bsdm-proxy', undefined, 'linux'), 'owner'])).toBe('owner');
  expect(putBackOwner([...putBackLine('electron', '/checkout', 'darwin'), 'owner'])).toBe('owner');
  expect(putBackOwner(['/opt/bsdm-proxy', '--', '--port', '0'])).toBeUndefined();
});

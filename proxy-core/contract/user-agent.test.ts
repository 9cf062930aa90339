import { expect, it } from 'vitest';
import { shortUserAgent } from './user-agent.ts';

it.each([
  ['curl/8.5.0', 'curl 8'],
  ['python-requests/2.31.0', 'python-requests 2'],
  ['Go-http-client/1.1', 'Go-http-client 1'],
  ['node', 'node'],
  ['undici', 'undici'],
  ['Wget/1.21.3 (linux-gnu)', 'Wget 1'],
  ['Debian APT-HTTP/1.3 (2.6.1)', 'Debian'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:152.0) Gecko/20100101 Firefox/152.0', 'Firefox 152'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Chrome 156',
  ],
  [
    'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36',
    'Chrome headless 156',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0 Safari/537.36 Edg/155.0.0.0',
    'Edge 155',
  ],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15', 'Safari 19'],
  [
    'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.1 Chrome/150.0 Electron/45.1 Safari/537.36',
    'Electron 45',
  ],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Mozilla 5'],
  ['MyApp', 'MyApp'],
  ['x/y', 'x'],
  ['/1.0', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s', (agent, short) => {
  expect(shortUserAgent(agent)).toBe(short);
});

it('is short, whatever is sent', () => {
  expect(shortUserAgent('x'.repeat(100_000))).toBe('x'.repeat(32));
  expect(shortUserAgent(`a/${'9'.repeat(100_000)}`)).toBe('a 99999999');
});

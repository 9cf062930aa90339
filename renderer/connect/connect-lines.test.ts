import { expect, test } from 'vitest';
import { connectLines, platformOf, PLATFORMS } from './connect-lines.ts';

test.each(PLATFORMS)(
  '%s: every line names the address; one that listens everywhere is reached as loopback',
  (platform) => {
    const lines = connectLines('127.0.0.1:1488', platform);
    expect(lines.length).toBeGreaterThan(5);
    for (const { line } of lines) expect(line).toContain('127.0.0.1:1488');
    for (const { line } of connectLines('0.0.0.0:9000', platform)) expect(line).toContain('http://127.0.0.1:9000');
    for (const { line } of connectLines('[::]:9000', platform)) expect(line).not.toContain('::]');
  },
);

test('each system has lines its own shell takes', () => {
  const line = (platform: Parameters<typeof connectLines>[1], id: string) =>
    connectLines('127.0.0.1:1488', platform).find((item) => item.id === id)?.line;
  expect(line('linux', 'curl')).toBe('curl -x http://127.0.0.1:1488 http://example.com/');
  expect(line('mac', 'browser')).toMatch(/^open -na 'Google Chrome' --args .*--proxy-bypass-list='<-loopback>'/);
  expect(line('windows', 'shell')).toBeUndefined();
  expect(line('windows', 'cmd')).toBe('set HTTP_PROXY=http://127.0.0.1:1488&& set HTTPS_PROXY=http://127.0.0.1:1488');
  // curl alone is another program in Windows PowerShell.
  expect(line('windows', 'curl')).toMatch(/^curl\.exe /);
});

test('the system is told by what the browser says', () => {
  expect(['Win32', 'MacIntel', 'Linux x86_64', ''].map(platformOf)).toEqual(['windows', 'mac', 'linux', 'linux']);
});

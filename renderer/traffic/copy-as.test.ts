import { describe, expect, it } from 'vitest';
import { copyAs } from './copy-as.ts';
import { COPY_FORMS } from './copy-forms.ts';

const request = (body: string, method = 'POST'): Parameters<typeof copyAs>[1] => ({
  method,
  url: "http://a.example/x?y='1'&z=%41%",
  fields: [['X-A', '"a" \\ ^%b%']],
  body: new TextEncoder().encode(body),
});

describe('forms whose program is not here', () => {
  it('cmd: each sign of cmd is itself, quotes are quotes to the program', () => {
    expect(copyAs('curl-cmd', request('{"a":"b\\"}&calc'))).toBe(
      'curl.exe --globoff ^"http://a.example/x?y=\'1\'^&z=^%41^%^" -H ^"X-A: \\^"a\\^" \\ ^^^%b^%^" --compressed --data-raw ^"{\\^"a\\^":\\^"b\\\\\\^"}^&calc^"',
    );
    expect(copyAs('curl-cmd', request('two\nlines'))).toBeUndefined();
    expect(copyAs('curl-cmd', request('ends\\'))).toMatch(/ \^"ends\\\\\^"$/);
  });

  it('PowerShell: nothing leaves its single quotes, typographic ones neither', () => {
    const text = copyAs('powershell', request("it's ’); calc #"));
    expect(text).toContain("-Uri 'http://a.example/x?y=''1''&z=%41%'");
    expect(text).toContain("-Body ([Text.Encoding]::UTF8.GetBytes('it''s ’’); calc #'))");
    expect(text).toContain(`-Headers @{ 'X-A' = '"a" \\ ^%b%' }`);
  });

  it('HTTPie: as the shell takes it, bytes by a pipe', () => {
    expect(copyAs('httpie', request("it's"))).toBe(
      `http --ignore-stdin --raw 'it'\\''s' POST 'http://a.example/x?y='\\''1'\\''&z=%41%' 'X-A: "a" \\ ^%b%'`,
    );
    expect(copyAs('httpie', { ...request(''), body: new Uint8Array([0, 1]) })).toMatch(
      /^printf %s AAE= \| base64 -d \| http POST /,
    );
  });

  it('fetch sends no content with GET, and says so by nothing to copy', () => {
    expect(copyAs('fetch', request('x', 'GET'))).toBeUndefined();
  });
});

it('every form takes 64 KiB of anything at once', () => {
  for (const form of COPY_FORMS)
    for (const unit of ['"', '\\', "'", '%', '\\"', '’', '\u2028', '<'])
      expect(copyAs(form, { ...request(unit.repeat(65_536)), method: 'POST' })).toBeTypeOf('string');
});

import { expect, test } from 'vitest';
import { charsetOf, charsetOfText } from './charset.ts';

test.each([
  ['text/html; charset=windows-1251', 'windows-1251'],
  ['text/plain;format=flowed; CharSet="UTF-16"', 'utf-16'],
  ['text/plain', undefined],
  ['text/plain; charset', undefined],
  ['text/plain; charset=a b', undefined],
  [`text/plain; charset=${'x'.repeat(41)}`, undefined],
  [undefined, undefined],
])('charset of %s is %s', (type, charset) => expect(charsetOf(type)).toBe(charset));

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

test.each([
  ['\xef\xbb\xbfa', 'text/plain', 'windows-1251', 'utf-8', 'bom'],
  ['\xff\xfea\0', 'text/plain', undefined, 'utf-16le', 'bom'],
  ['\xfe\xff\0a', 'text/plain', undefined, 'utf-16be', 'bom'],
  ['abc', 'text/plain', 'koi8-r', 'koi8-r', 'declared'],
  ['<html><META charset=shift_jis>', 'text/html', undefined, 'shift_jis', 'content'],
  ['<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', 'text/html', undefined, 'koi8-r', 'content'],
  ['<meta name=a><meta charset = "x">', 'text/html', undefined, 'utf-8', 'default'],
  ['<?xml version="1.0" encoding="ISO-8859-5"?><a/>', 'application/xml', undefined, 'iso-8859-5', 'content'],
  ['<meta charset=koi8-r>', 'text/plain', undefined, 'utf-8', 'default'],
  [`${' '.repeat(2000)}<meta charset=koi8-r>`, 'text/html', undefined, 'utf-8', 'default'],
  ['<meta'.repeat(300), 'text/html', undefined, 'utf-8', 'default'],
])('%s as %s (%s) is %s by %s', (text, type, declared, charset, from) =>
  expect(charsetOfText(bytes(text), type, declared)).toEqual({ charset, from }),
);

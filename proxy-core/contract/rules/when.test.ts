import { describe, expect, it } from 'vitest';
import type { StageName } from '../exchange.ts';
import type { RuleSubject } from './subject.ts';
import { checkWhen, compileWhen } from './when.ts';

const request: RuleSubject = {
  client: '127.0.0.1',
  method: 'GET',
  url: 'http://shop.example.com:81/api/items?page=2',
  requestFields: ['Accept', 'text/html', 'Cookie', 'a=1', 'cookie', 'b=2'],
  status: undefined,
  responseFields: undefined,
};
const response: RuleSubject = {
  ...request,
  status: 404,
  responseFields: ['Content-Type', 'text/html; charset=utf-8', 'Cache-Control', 'no-store'],
};

describe('of a request', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['host:*.example.com:81', true],
    ['host:other.test', false],
    ['path:/api method:get', true],
    ['url:http://shop.example.com:81/api/items?page=2', true],
    ['-method:post', true],
    ['items', true],
    ['/page=[0-9]/', true],
    ['req.cookie:b=2', true],
    ['header.accept:html', true],
    ['req.authorization:x', false],
    ['-req.authorization:x', true],
    ['client:127.0.0.1 or host:x', true],
  ])('%s: %s', (when, passes) => {
    expect(checkWhen(when, 'client-request')).toBeUndefined();
    expect(compileWhen(when, 'origin-request')(request)).toBe(passes);
  });

  it.each<[string, string]>([
    ['status:200', 'status'],
    ['type:html', 'type'],
    ['cache:hit', 'cache'],
    ['is:stored', 'is'],
    ['size>1kb', 'size'],
    ['time>1s', 'time'],
    ['res.etag:x', 'res.etag'],
    ['body:x', 'body'],
  ])('%s is refused: it is not known yet', (when, key) => {
    const problem = checkWhen(when, 'client-request');
    expect(problem).toContain(key);
    expect(problem).toContain('host, path, url');
    expect(() => compileWhen(when, 'client-request')).toThrow(problem);
  });
});

describe('of a response', () => {
  it.each<[string, boolean]>([
    ['status:4xx type:html', true],
    ['status:200', false],
    ['res.cache-control:no-store', true],
    ['header.cache-control:no-store', true],
    ['req.cache-control:no-store', false],
    ['req.cookie:a=1', true],
    ['404', true],
  ])('%s: %s', (when, passes) => {
    const where: StageName = 'origin-response';
    expect(checkWhen(when, where)).toBeUndefined();
    expect(compileWhen(when, where)(response)).toBe(passes);
  });

  it.each(['cache:hit', 'body:x', 'is:done', 'size>1kb'])('%s is refused', (when) => {
    expect(checkWhen(when, 'client-response')).toContain('status, type');
  });
});

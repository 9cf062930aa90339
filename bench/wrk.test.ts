import { expect, it } from 'vitest';
import { readWrk } from './wrk.ts';

const PRINTED = `Running 5s test @ http://127.0.0.1:18600
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.17ms   11.59ms 187.48ms   97.24%
    Req/Sec    45.44k    10.25k   57.24k    86.00%
  Latency Distribution
     50%    1.09ms
     75%    1.22ms
     90%    1.57ms
     99%  108.86ms
  225906 requests in 5.03s, 285.48MB read
Requests/sec:  44870.55
Transfer/sec:     56.70MB
`;

it('reads rate and quantiles', () => {
  expect(readWrk(PRINTED)).toEqual({ perSecond: 44_870.55, p50Ms: 1.09, p99Ms: 108.86, errors: 0 });
});

it('reads microseconds and seconds', () => {
  const printed = PRINTED.replace('1.09ms', '27.00us').replace('108.86ms', '1.02s');
  expect(readWrk(printed)).toMatchObject({ p50Ms: 0.027, p99Ms: 1020 });
});

it('adds up all errors', () => {
  const printed = PRINTED.replace(
    'Requests/sec',
    '  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 100\nRequests/sec',
  );
  expect(readWrk(printed).errors).toBe(110);
});

it('tells what it got when there is no result', () => {
  expect(() => readWrk('unable to connect')).toThrow('unable to connect');
});

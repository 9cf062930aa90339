// @vitest-environment happy-dom
/** The first run: what one can do before anything was sent, and the lines of each system. */
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectCore } from '../connection/core.ts';
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import type { TransportEvents } from '../connection/transport.ts';
import { tokenIn } from '../connection/token.ts';
import { makeInfo } from '../demo/builders.ts';
import { makeDemoCore, type DemoCore } from '../demo/core.ts';
import { DemoWorld } from '../demo/world.ts';
import { App } from '../app/App.tsx';
import { startFeeds } from '../app/feeds.ts';
import { useConnection } from '../state/connection.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { clearRows } from '../state/traffic.ts';

let core: DemoCore;
let events: TransportEvents;
const given: string[] = [];

beforeEach(async () => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useConnection.setState({ phase: 'connecting', info: null });
  clearRows();
  given.length = 0;
  core = makeDemoCore(new DemoWorld(Date.now()), Date.now());
  connectCore(
    { kind: 'browser', start: (into) => (events = into), giveToken: (token) => given.push(token) },
    startFeeds,
  );
  render(<App />);
});
afterEach(cleanup);

async function connect(): Promise<void> {
  const [page, server] = makeMemoryChannels();
  core.serve(server);
  events.onChannel(page);
  await screen.findByText('Core running');
}

test('before the core is reached nothing is claimed about the proxy', () => {
  expect(screen.getByTestId('listening-address').textContent).toContain('Not connected');
  expect(screen.getByText('There is no connection to the core yet.')).toBeTruthy();
  expect(screen.queryByText('Test it now')).toBeNull();
});

test('verbs first, lines below, of the system one chooses; Firefox and the caveat of Node in words', async () => {
  await connect();
  const region = await screen.findByRole('region', { name: 'Waiting for the first request' });
  expect(within(region).getByRole('button', { name: 'Test it now' })).toBeTruthy();
  expect(within(region).getByRole('button', { name: 'Show the demo capture' })).toBeTruthy();
  expect(within(region).queryByRole('button', { name: 'Open a terminal' })).toBeNull();
  await act(async () => core.push('clients', { found: [], running: [], terminal: 'xterm' }));
  expect(within(region).getByRole('button', { name: 'Open a terminal' })).toBeTruthy();

  fireEvent.click(within(region).getByRole('button', { name: 'Windows' }));
  expect(within(region).getByText(/^curl\.exe -x http:\/\/127\.0\.0\.1:1488/)).toBeTruthy();
  fireEvent.click(within(region).getByRole('button', { name: 'macOS' }));
  expect(within(region).getByText(/^open -na 'Google Chrome'/)).toBeTruthy();
  expect(within(region).getByText(/HTTP Proxy 127\.0\.0\.1, Port 1488/)).toBeTruthy();
  expect(within(region).getByText(/new ProxyAgent\('http:\/\/127\.0\.0\.1:1488'\)/)).toBeTruthy();

  await act(async () => core.push('core', makeInfo({ listening: null, listenProblem: 'port 1488 is in use' })));
  expect(screen.getByText('The proxy does not listen. The line above says why.')).toBeTruthy();
});

test('a refused page says what is wrong and takes a token', async () => {
  act(() => events.onRefused('none'));
  // The form is a part of its own.
  expect(await screen.findByRole('heading', { name: 'This page has no access token' })).toBeTruthy();
  expect(screen.queryByText('Waiting for the first request')).toBeNull();
  const field = screen.getByRole('textbox', { name: 'Printed address or token' });
  fireEvent.click(screen.getByRole('button', { name: 'Open' }));
  expect(screen.getByText(/^There is no token in it/)).toBeTruthy();
  fireEvent.change(field, { target: { value: ' http://127.0.0.1:1489/#token=abc ' } });
  fireEvent.click(screen.getByRole('button', { name: 'Open' }));
  expect(given).toEqual(['abc']);
  act(() => events.onRefused('wrong'));
  expect(screen.getByRole('heading', { name: 'The proxy does not accept this token' })).toBeTruthy();
  await connect();
  expect(screen.queryByRole('heading', { name: /token/ })).toBeNull();
});

test.each([
  ['http://127.0.0.1:1489/#token=a-b_c', 'a-b_c'],
  ['#token=abc', 'abc'],
  ['token=abc&x=1', 'abc'],
  ['  abc\n', 'abc'],
  ['', null],
  ['http://127.0.0.1:1489/', null],
  ['http://127.0.0.1:1489/#token=', null],
  ['two words', null],
])('the token in %j is %j', (pasted, token) => {
  expect(tokenIn(pasted)).toBe(token);
});

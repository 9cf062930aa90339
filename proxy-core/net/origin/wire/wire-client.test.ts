/** The own client over real sockets: which connection is used again, which never, and how a request ends that gets no answer. */
import type net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRawOrigin, type RawOrigin } from '../../../testkit/raw-origin.ts';
import { Descriptors } from '../../front/descriptors.ts';
import { createDialGuard } from '../dial-guard.ts';
import { createOriginClient, type OriginCall, type OriginClient, type OriginOptions } from '../origin-client.ts';

let origin: RawOrigin;
let script: (socket: net.Socket, head: string) => void;
let client: OriginClient;

const options: OriginOptions = {
  connections: 32,
  idleMs: 60_000,
  connectTimeoutMs: 5000,
  responseTimeoutMs: 600_000,
  guard: createDialGuard(
    () => 'loopback',
    () => false,
  ),
  budget: new Descriptors(undefined, () => undefined).dial,
  tls: { http2: true, accept: '', ca: '', certificates: '', passphrase: '' },
  proxy: { url: '', username: '', password: '', bypass: '' },
};

beforeEach(async () => {
  script = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  origin = await openRawOrigin((socket, head) => script(socket, head));
  client = createOriginClient(options, (where, error) => expect.fail(`${where}: ${String(error)}`));
});
afterEach(async () => {
  await client.close();
  await origin.close();
});

interface Ending {
  /** Status and content, or the code of the failure. */
  said: string;
  reused: boolean | undefined;
}

/** Asks, and waits for the end; `begun` gets the call. */
function ask(
  path: string,
  method = 'GET',
  begun: (call: OriginCall, what: 'head' | 'data') => void = () => undefined,
): Promise<Ending> {
  return new Promise((resolve) => {
    let said = '';
    let reused: boolean | undefined;
    // The connection is put away in the turn after the end.
    const end = (what: string): void => void setImmediate(() => setImmediate(() => resolve({ said: what, reused })));
    const call = client.send(
      { method, origin: origin.url, path, fields: ['X-A', '1'], body: null },
      {
        onDispatched: (connection) => (reused = connection.reused),
        onInterim: (status) => (said += `${status} `),
        onHead: (status) => {
          said += `${status} `;
          begun(call, 'head');
        },
        onData: (chunk) => {
          said += Buffer.from(chunk).toString('latin1');
          begun(call, 'data');
        },
        onEnd: (trailers) => end(said + trailers.join()),
        onFailed: ({ code }) => end(`${said}! ${code}`),
      },
    );
  });
}

describe('a request', () => {
  it('has Host, Connection and its fields, in this order', async () => {
    await ask('/x?y');
    expect(origin.heads).toEqual([
      `GET /x?y HTTP/1.1\r\nhost: 127.0.0.1:${origin.port}\r\nconnection: keep-alive\r\nX-A: 1\r\n\r\n`,
    ]);
  });

  it('says that it has no content where a server expects some', async () => {
    await ask('/x', 'POST');
    expect(origin.heads[0]).toContain('\r\ncontent-length: 0\r\n');
  });

  it.each([
    ['a field with a line end', ['X', 'a\r\nY: b'], '/'],
    ['a field outside latin1', ['X', '\u0434'], '/'],
    ['a name with a blank', ['X Y', 'b'], '/'],
    ['a path with a blank', [], '/a b'],
    ['a path with a line end', [], '/a\r\nHost: b'],
  ])('is not sent with %s', async (_what, fields, path) => {
    const code = await new Promise((resolve) =>
      client.send(
        { method: 'GET', origin: origin.url, path, fields, body: null },
        {
          onDispatched: () => undefined,
          onInterim: () => undefined,
          onHead: () => undefined,
          onData: () => undefined,
          onEnd: () => resolve('sent'),
          onFailed: (failure) => resolve(failure.code),
        },
      ),
    );
    expect(code).toBe('http_request_error');
    expect(origin.heads).toEqual([]);
  });
});

describe('a connection', () => {
  it('is used again when the reply was whole', async () => {
    expect(await ask('/1')).toEqual({ said: '200 ok', reused: false });
    expect(await ask('/2')).toEqual({ said: '200 ok', reused: true });
  });

  it.each([
    ['the reply says close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok', '200 ok'],
    ['the reply is of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', '200 ok'],
    [
      'something stands behind the reply',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n',
      '200 ok',
    ],
    ['a 304 has a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n', '304 '],
    ['a 204 is chunked', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n', '204 '],
    [
      'the origin keeps it for no time',
      'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok',
      '200 ok',
    ],
  ])('is not used again when %s', async (_what, reply, said) => {
    script = (socket) => socket.write(reply);
    expect((await ask('/1')).said).toBe(said);
    expect((await ask('/2')).reused).toBe(false);
  });

  it('is not used again after HEAD, for some servers send content', async () => {
    script = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n');
    expect((await ask('/1', 'HEAD')).said).toBe('200 ');
    expect(origin.heads[0]).toContain('\r\nconnection: close\r\n');
    expect((await ask('/2', 'HEAD')).reused).toBe(false);
  });

  it('that says something unasked is closed', async () => {
    await ask('/1');
    const [socket] = origin.sockets;
    const closed = new Promise((resolve) => socket!.once('close', resolve));
    socket!.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged');
    await closed;
    expect(await ask('/2')).toEqual({ said: '200 ok', reused: false });
  });

  it('that is gone when the request comes is tried once more over another one', async () => {
    await ask('/1');
    const first = [...origin.sockets][0]!;
    script = (socket) => {
      if (socket === first) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew');
    };
    expect(await ask('/2')).toEqual({ said: '200 new', reused: false });
    expect(origin.heads).toHaveLength(3);
  });

  it('that closes when it is new is the answer, and nothing is asked twice', async () => {
    script = (socket) => socket.end();
    expect((await ask('/1')).said).toBe('! connection_terminated');
    expect(origin.heads).toHaveLength(1);
  });

  it('is given up when it was idle for long enough', async () => {
    client.reconfigure({ ...options, idleMs: 80 });
    await ask('/1');
    const [socket] = origin.sockets;
    await new Promise((resolve) => socket!.once('close', resolve));
    expect((await ask('/2')).reused).toBe(false);
  });

  it('closes with its pool once its reply is over', async () => {
    let answer: (() => void) | undefined;
    script = (socket) => (answer = () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    const asked = ask('/1');
    while (origin.heads.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [socket] = origin.sockets;
    const closed = new Promise((resolve) => socket!.once('close', resolve));
    client.reconfigure(options);
    answer!();
    expect((await asked).said).toBe('200 ok');
    await closed;
  });
});

describe('a reply', () => {
  it.each([
    ['cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok', '200 ok! http_response_incomplete'],
    [
      'cut in a chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok',
      '200 ok! http_response_incomplete',
    ],
    ['cut in its head', 'HTTP/1.1 200 OK\r\nContent-Le', '! connection_terminated'],
    ['to the end', 'HTTP/1.1 200 OK\r\n\r\nok', '200 ok'],
    ['of another protocol', 'SSH-2.0-OpenSSH_9.2p1\r\n', '! http_protocol_error'],
    [
      'that switches',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      '! http_protocol_error',
    ],
    ['with a status there is none of', 'HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n', '! http_protocol_error'],
    [
      'with two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
      '! http_protocol_error',
    ],
    ['with an endless head', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(30_000)}`, '! http_protocol_error'],
    [
      'after interim ones',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok',
      '100 103 200 ok',
    ],
  ])('%s', async (_what, reply, said) => {
    script = (socket) => socket.end(reply);
    expect((await ask('/1')).said).toBe(said);
  });

  it('that does not come is given up', async () => {
    client.reconfigure({ ...options, responseTimeoutMs: 80 });
    script = () => undefined;
    expect((await ask('/1')).said).toBe('! http_response_timeout');
  });

  it('that stops is given up', async () => {
    client.reconfigure({ ...options, responseTimeoutMs: 80 });
    script = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok');
    expect((await ask('/1')).said).toBe('200 ok! connection_read_timeout');
  });

  it('that nobody wants any more closes its connection, and nothing is told of it', async () => {
    script = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok');
    let told = 0;
    const closed = new Promise<void>((resolve) => {
      const before = script;
      script = (socket, head) => {
        socket.once('close', resolve);
        before(socket, head);
      };
    });
    void ask('/1', 'GET', (call, what) => {
      told++;
      if (what === 'head') call.abort();
    });
    await closed;
    expect(told).toBe(1);
  });

  it('is held back while its reader is', async () => {
    const size = 32 * 1024 * 1024;
    let sent = 0;
    script = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      const piece = Buffer.alloc(65_536);
      const more = (): void => {
        while (sent < size && socket.write(piece)) sent += piece.length;
      };
      socket.on('drain', () => {
        sent += piece.length;
        more();
      });
      more();
    };
    let got = 0;
    let resume: (() => void) | undefined;
    await new Promise<void>((resolve, reject) => {
      const call = client.send(
        { method: 'GET', origin: origin.url, path: '/big', fields: [], body: null },
        {
          onDispatched: () => undefined,
          onInterim: () => undefined,
          onHead: () => undefined,
          onData(chunk) {
            got += chunk.length;
            if (resume !== undefined) return;
            call.pause();
            resume = () => {
              // What the system holds for the two ends is far less than all of it.
              if (sent >= size) reject(new Error('all was sent while nobody read'));
              call.resume();
            };
            setImmediate(() => setImmediate(() => resume!()));
          },
          onEnd: () => resolve(),
          onFailed: ({ text }) => reject(new Error(text)),
        },
      );
    });
    expect(got).toBe(size);
  });
});

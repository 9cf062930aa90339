import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { describe } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createMemoryChannels } from './channel-memory.ts';
import { createPortChannel } from './channel-port.ts';
import { createWebSocketChannel } from './channel-ws.ts';
import { channelSuite } from './channel.suite.ts';

describe('memory channel', () => {
  channelSuite(async () => {
    const [server, client] = createMemoryChannels();
    return { server, client, dispose: () => client.close() };
  });
});

describe('port channel', () => {
  channelSuite(async () => {
    const { port1, port2 } = new MessageChannel();
    return { server: createPortChannel(port1), client: createPortChannel(port2), dispose: () => port1.close() };
  });
});

describe('WebSocket channel', () => {
  channelSuite(async () => {
    const listening = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => listening.once('listening', resolve));
    const accepted = new Promise<WebSocket>((resolve) => listening.once('connection', resolve));
    const socket = new WebSocket(`ws://127.0.0.1:${(listening.address() as AddressInfo).port}`);
    const client = createWebSocketChannel(socket);
    await new Promise((resolve) => socket.once('open', resolve));
    const server = createWebSocketChannel(await accepted);
    return {
      server,
      client,
      dispose: () => {
        socket.terminate();
        return new Promise((resolve) => listening.close(() => resolve()));
      },
    };
  });
});

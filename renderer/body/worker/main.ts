/** The worker of the body room: everything that is done to what an origin sent is done here. */
import type { Numbered, Question } from './protocol.ts';
import { serveBody } from './serve.ts';

const receive = serveBody((reply, transfer) => postMessage(reply, { transfer }));
addEventListener('message', ({ data }: MessageEvent<Numbered<Question>>) => receive(data));

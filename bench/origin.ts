/** The origin of the measurements: nginx on files, on the processor of the load, so that it is never what is slow. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What can be asked for: `hit1k` and `hit100k` may be stored under any longer path, `pass1k` and `big` may not. */
export interface Origin {
  readonly port: number;
  readonly url: string;
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Until something accepts connections there; throws when its process ends or after 20 s. */
export async function untilListening(port: number, child: ChildProcess, name: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (performance.now() < end && child.exitCode === null) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (there) return;
    await pause(50);
  }
  throw new Error(`${name} does not listen on ${port}`);
}

/** Starts it with its files in `folder`; ends with `children`. */
export async function startOrigin(folder: string, bigBytes: number, children: ChildProcess[]): Promise<Origin> {
  const root = join(folder, 'www');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, '1k'), 'x'.repeat(1024));
  writeFileSync(join(root, '100k'), 'x'.repeat(102_400));
  writeFileSync(join(root, 'big'), '');
  truncateSync(join(root, 'big'), bigBytes);
  const port = await freePort();
  const config = join(folder, 'origin.conf');
  const place = (path: string, file: string, control: string): string =>
    `location /${path} { rewrite ^ /${file} break; add_header Cache-Control "${control}"; }`;
  writeFileSync(
    config,
    `daemon off; worker_processes 1; user root; pid ${folder}/origin.pid; error_log ${folder}/origin.log;
events { worker_connections 8192; }
http {
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 600s; default_type text/plain;
  client_body_temp_path ${folder}/o1; proxy_temp_path ${folder}/o2; fastcgi_temp_path ${folder}/o3; uwsgi_temp_path ${folder}/o4; scgi_temp_path ${folder}/o5;
  open_file_cache max=100;
  server {
    listen 127.0.0.1:${port} backlog=4096; root ${root};
    ${place('hit1k', '1k', 'max-age=86400')}
    ${place('hit100k', '100k', 'max-age=86400')}
    ${place('pass1k', '1k', 'no-store')}
    ${place('big', 'big', 'no-store')}
    ${place('hitbig', 'big', 'max-age=86400')}
  }
}
`,
  );
  const child = spawn('nginx', ['-e', `${folder}/origin.log`, '-c', config], { stdio: 'ignore' });
  child.on('error', () => undefined);
  children.push(child);
  await untilListening(port, child, 'the origin (nginx)');
  return { port, url: `http://127.0.0.1:${port}` };
}

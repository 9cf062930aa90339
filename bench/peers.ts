/**
 * Who is measured: each a process on processor 0 with one worker. Forward proxies are asked with the whole URL, nginx and
 * HAProxy are reverse proxies in front of the same origin. Who is not installed is named and left out.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCoreProcess, type CoreProcess } from './core-process.ts';
import { freePort, untilListening, type Origin } from './origin.ts';
import { subscribe } from './subscriber.ts';

export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly port: number;
  readonly pid: number;
  /** False for reverse proxies: origin-form requests, no CONNECT. */
  readonly forward: boolean;
  /** False when it only passes through. */
  readonly caches: boolean;
  readonly core?: CoreProcess;
}

/** All that a run has started; `stop` ends it. */
export interface World {
  readonly folder: string;
  readonly origin: Origin;
  readonly peers: readonly Peer[];
  readonly missing: readonly string[];
}

const MITMDUMP = join(import.meta.dirname, '..', '.cache', 'mitmproxy', 'bin', 'mitmdump');
const ON_SERVER_CPU = ['-c', '0'];

/** First line of what a program says of its version, or undefined when there is no such program. */
function versionOf(program: string, flag: string): string | undefined {
  try {
    // nginx tells its version on standard error.
    const said = execFileSync('sh', ['-c', `"$0" ${flag} 2>&1`, program], { encoding: 'utf8' });
    return /\d+\.\d+(\.\d+)?/.exec(said)?.[0];
  } catch {
    return undefined;
  }
}

/** The programs that a process has begun in turn, or itself: the one that works. */
export function workerOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? pid : Number(text.split(' ')[0]);
}

interface Recipe {
  readonly name: string;
  readonly program: string;
  readonly versionFlag: string;
  readonly forward: boolean;
  readonly caches: boolean;
  /** Writes its configuration and tells its arguments. */
  args(folder: string, port: number, origin: Origin): string[];
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'Squid',
    program: 'squid',
    versionFlag: '-v',
    forward: true,
    caches: true,
    args: (folder, port) => {
      writeFileSync(
        join(folder, 'squid.conf'),
        `http_port 127.0.0.1:${port}
acl all_ports port 1-65535
http_access allow all
cache_mem 512 MB
maximum_object_size_in_memory 1 MB
memory_cache_mode always
access_log none
cache_log ${folder}/squid.log
cache_store_log none
pid_filename ${folder}/squid.pid
coredump_dir ${folder}
client_persistent_connections on
server_persistent_connections on
pinger_enable off
shutdown_lifetime 0 seconds
max_filedescriptors 8192
`,
      );
      return ['-N', '-f', join(folder, 'squid.conf')];
    },
  },
  {
    name: 'nginx',
    program: 'nginx',
    versionFlag: '-v',
    forward: false,
    caches: true,
    args: (folder, port, origin) => {
      writeFileSync(
        join(folder, 'nginx.conf'),
        `daemon off; worker_processes 1; user root; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 8192; }
http {
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 600s;
  client_body_temp_path ${folder}/n1; proxy_temp_path ${folder}/n2; fastcgi_temp_path ${folder}/n3; uwsgi_temp_path ${folder}/n4; scgi_temp_path ${folder}/n5;
  proxy_cache_path ${folder}/nginx-cache keys_zone=c:64m max_size=1g inactive=1d;
  open_file_cache max=20000 inactive=600s;
  upstream o { server 127.0.0.1:${origin.port}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://o; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache c; proxy_max_temp_file_size 0; }
  }
}
`,
      );
      return ['-e', `${folder}/nginx.log`, '-c', join(folder, 'nginx.conf')];
    },
  },
  {
    name: 'HAProxy',
    program: 'haproxy',
    versionFlag: '-v',
    forward: false,
    caches: true,
    args: (folder, port, origin) => {
      writeFileSync(
        join(folder, 'haproxy.cfg'),
        `global
  nbthread 1
  maxconn 4000
cache c
  total-max-size 1024
  max-object-size 200000
  max-age 86400
defaults
  mode http
  timeout connect 10s
  timeout client 600s
  timeout server 600s
  http-reuse always
frontend f
  bind 127.0.0.1:${port}
  default_backend o
backend o
  http-request cache-use c
  http-response cache-store c
  server s 127.0.0.1:${origin.port}
`,
      );
      return ['-db', '-f', join(folder, 'haproxy.cfg')];
    },
  },
  {
    name: 'mitmproxy',
    program: MITMDUMP,
    versionFlag: '--version',
    forward: true,
    caches: false,
    args: (folder, port) => [
      '-q',
      '--mode',
      'regular',
      '--listen-host',
      '127.0.0.1',
      '--listen-port',
      String(port),
      '--set',
      `confdir=${folder}/mitm`,
    ],
  },
];

/** Our core, pinned, with its traffic shown to one window. */
export async function startOurs(name: string, coreDir?: string): Promise<Peer> {
  const core = await startCoreProcess([], 0, coreDir === undefined ? {} : { coreDir });
  await subscribe(core);
  return { name, version: '', port: core.proxyPort, pid: core.pid, forward: true, caches: true, core };
}

/** Starts the other programs; what is not there is told by name. */
export async function startPeers(
  folder: string,
  origin: Origin,
  children: ChildProcess[],
  only?: readonly string[],
): Promise<{ peers: Peer[]; missing: string[] }> {
  chmodSync(folder, 0o777);
  const peers: Peer[] = [];
  const missing: string[] = [];
  for (const recipe of RECIPES) {
    if (only !== undefined && !only.includes(recipe.name)) continue;
    const known = !recipe.program.includes('/') || existsSync(recipe.program);
    const version = known ? versionOf(recipe.program, recipe.versionFlag) : undefined;
    if (version === undefined) {
      missing.push(recipe.name);
      continue;
    }
    const own = join(folder, recipe.name);
    mkdirSync(own);
    chmodSync(own, 0o777);
    const port = await freePort();
    const child = spawn('taskset', [...ON_SERVER_CPU, recipe.program, ...recipe.args(own, port, origin)], {
      stdio: 'ignore',
    });
    children.push(child);
    try {
      await untilListening(port, child, recipe.name);
    } catch (problem) {
      missing.push(`${recipe.name} (${problem instanceof Error ? problem.message : String(problem)})`);
      continue;
    }
    peers.push({
      name: recipe.name,
      version,
      port,
      pid: recipe.name === 'nginx' ? workerOf(child.pid!) : child.pid!,
      forward: recipe.forward,
      caches: recipe.caches,
    });
  }
  return { peers, missing };
}

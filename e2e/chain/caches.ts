/** Squid, nginx, Varnish and Traffic Server as reverse proxies before one address, each in a folder of its own. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type CacheName = 'squid' | 'nginx' | 'varnish' | 'ats';

interface Recipe {
  title: string;
  program: string;
  versionFlag: string;
  /** Writes its configuration and tells its arguments. */
  args(folder: string, port: number, next: number, name: string): string[];
  env?(folder: string): Record<string, string>;
}

export const RECIPES: Readonly<Record<CacheName, Recipe>> = {
  squid: {
    title: 'Squid',
    program: 'squid',
    versionFlag: '-v',
    args: (folder, port, next, name) => {
      writeFileSync(
        join(folder, 'squid.conf'),
        `http_port 127.0.0.1:${port} accel no-vhost defaultsite=127.0.0.1
visible_hostname ${name}
cache_peer 127.0.0.1 parent ${next} 0 no-query originserver name=next
acl everybody src all
http_access allow everybody
cache_peer_access next allow everybody
never_direct allow everybody
cache_mem 8 MB
access_log none
cache_log ${folder}/squid.log
cache_store_log none
pid_filename ${folder}/squid.pid
coredump_dir ${folder}
pinger_enable off
shutdown_lifetime 0 seconds
max_filedescriptors 1024
`,
      );
      return ['-N', '-f', join(folder, 'squid.conf')];
    },
  },
  nginx: {
    title: 'nginx',
    program: 'nginx',
    versionFlag: '-v',
    args: (folder, port, next) => {
      writeFileSync(
        join(folder, 'nginx.conf'),
        `daemon off; worker_processes 1; user root; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/n1; proxy_temp_path ${folder}/n2; fastcgi_temp_path ${folder}/n3; uwsgi_temp_path ${folder}/n4; scgi_temp_path ${folder}/n5;
  proxy_cache_path ${folder}/store keys_zone=c:1m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${next}; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_cache c; proxy_cache_revalidate on;
      add_header X-Cache-Status $upstream_cache_status always;
    }
  }
}
`,
      );
      return ['-e', `${folder}/nginx.log`, '-c', join(folder, 'nginx.conf')];
    },
  },
  varnish: {
    title: 'Varnish',
    program: 'varnishd',
    versionFlag: '-V',
    args: (folder, port, next, name) => [
      ...['-F', '-n', folder, '-a', `127.0.0.1:${port}`, '-b', `127.0.0.1:${next}`, '-i', name],
      ...[
        '-j',
        'none',
        '-s',
        'malloc,16m',
        '-p',
        'default_grace=0',
        '-p',
        'default_keep=60',
        '-p',
        'thread_pool_min=5',
      ],
    ],
  },
  ats: {
    title: 'Traffic Server',
    program: 'traffic_server',
    versionFlag: '-V',
    env: (folder) => ({ TS_RUNROOT: join(folder, 'runroot.yaml') }),
    args: (folder, port, next, name) => {
      for (const part of ['etc', 'log', 'run', 'cache']) mkdirSync(join(folder, part));
      writeFileSync(
        join(folder, 'runroot.yaml'),
        `prefix: ${folder}
exec_prefix: ${folder}
bindir: /usr/bin
sbindir: /usr/sbin
sysconfdir: ${folder}/etc
datadir: /usr/share/trafficserver
includedir: /usr/include
libdir: /usr/lib/trafficserver
libexecdir: /usr/lib/trafficserver/modules
localstatedir: ${folder}/run
runtimedir: ${folder}/run
logdir: ${folder}/log
cachedir: ${folder}/cache
`,
      );
      const records = {
        'http.server_ports STRING': `${port}:ip-in=127.0.0.1`,
        'proxy_name STRING': name,
        'admin.user_id STRING': '#-1',
        // The codes of what the cache did, in Via.
        'http.insert_response_via_str INT': '2',
        'url_remap.pristine_host_hdr INT': '1',
        'reverse_proxy.enabled INT': '1',
        'body_factory.template_sets_dir STRING': '/etc/trafficserver/body_factory',
        'cache.ram_cache.size INT': '8388608',
        'exec_thread.autoconfig INT': '0',
        'exec_thread.limit INT': '1',
        'log.logging_enabled INT': '0',
      };
      const lines = Object.entries(records).map(([key, value]) => `CONFIG proxy.config.${key} ${value}\n`);
      writeFileSync(join(folder, 'etc', 'records.config'), lines.join(''));
      writeFileSync(join(folder, 'etc', 'remap.config'), `map / http://127.0.0.1:${next}/\n`);
      writeFileSync(join(folder, 'etc', 'storage.config'), `${folder}/cache 16M\n`);
      copyFileSync('/etc/trafficserver/ip_allow.yaml', join(folder, 'etc', 'ip_allow.yaml'));
      return [];
    },
  },
};

/** `5.7`; undefined when the program is not there. */
export function versionOf(cache: CacheName): string | undefined {
  const { program, versionFlag } = RECIPES[cache];
  try {
    // Some tell it on standard error.
    const said = execFileSync('sh', ['-c', `"$0" ${versionFlag} 2>&1`, program], { encoding: 'utf8' });
    return /\d+\.\d+(\.\d+)?/.exec(said)?.[0];
  } catch {
    return undefined;
  }
}

/** Starts one that asks `next`, and waits until it listens. It is pushed to `children` at once. */
export async function startCache(
  cache: CacheName,
  folder: string,
  port: number,
  next: number,
  name: string,
  children: ChildProcess[],
): Promise<void> {
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  const recipe = RECIPES[cache];
  const args = recipe.args(folder, port, next, name);
  const child = spawn(recipe.program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...recipe.env?.(folder) },
  });
  children.push(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
  const end = performance.now() + 20_000;
  while (performance.now() < end && child.exitCode === null) {
    if (await listens(port)) return;
    await pause(50);
  }
  throw new Error(`${recipe.title} does not listen on ${port}: ${errors.trim()}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

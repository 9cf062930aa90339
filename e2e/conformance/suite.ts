/** A checkout of the public cache tests: its tests, its origin server, its client. Nothing of it is changed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface SuiteTest {
  id: string;
  name: string;
  group: string;
  kind: 'required' | 'optimal' | 'check';
  dependsOn: string[];
}

/** What the suite's client says of a test: true, or what went wrong. */
export type RawResult = true | [kind: string, message: string];

/** Tests of the CDN fields are another matter (a setting that is off by default). */
const LEFT_OUT = new Set(['surrogate-control', 'surrogate', 'cdn-cache-control', 'cdn-cc']);

export class Suite {
  readonly folder: string;

  constructor(folder: string) {
    if (!existsSync(join(folder, 'tests', 'index.mjs')))
      throw new Error(`${folder} is no checkout of the cache tests (there is no tests/index.mjs)`);
    this.folder = folder;
  }

  /** The tests a shared cache runs, in the suite's order. */
  async tests(): Promise<SuiteTest[]> {
    const loaded: unknown = await import(pathToFileURL(join(this.folder, 'tests', 'index.mjs')).href);
    const out: SuiteTest[] = [];
    for (const group of list(field(loaded, 'default'))) {
      const groupId = text(field(group, 'id'));
      if (LEFT_OUT.has(groupId)) continue;
      for (const test of list(field(group, 'tests'))) {
        if (field(test, 'browser_only') === true || field(test, 'cdn_only') === true) continue;
        const kind = field(test, 'kind');
        out.push({
          id: text(field(test, 'id')),
          name: text(field(test, 'name')),
          group: text(field(group, 'name')),
          kind: kind === 'optimal' || kind === 'check' ? kind : 'required',
          dependsOn: list(field(test, 'depends_on')).map(text),
        });
      }
    }
    return out;
  }

  /** Starts the suite's origin server. */
  async startServer(): Promise<{ port: number; process: ChildProcess }> {
    const port = await freePort();
    const server = spawn(process.execPath, ['server/server.mjs'], {
      cwd: this.folder,
      env: {
        ...process.env,
        npm_config_protocol: 'http',
        npm_config_port: String(port),
        npm_config_pidfile: join(tmpdir(), `cache-tests-${process.pid}.pid`),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      server.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Listening')) resolve();
      });
      server.on('error', reject);
      server.on('exit', (code) => reject(new Error(`the suite's server ended with ${code}`)));
    });
    return { port, process: server };
  }

  /** Runs the suite's client against a base URL; `id` runs one test and shows its messages instead. */
  async runClient(base: string, id: string): Promise<{ results: Record<string, RawResult>; output: string }> {
    const client = spawn(process.execPath, ['--no-warnings', 'cli.mjs'], {
      cwd: this.folder,
      env: { ...process.env, npm_config_base: base, npm_config_id: id, npm_package_config_id: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    client.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      client.on('error', reject);
      client.on('close', resolve);
    });
    if (id !== '') return { results: {}, output };
    const start = output.indexOf('{\n');
    if (code !== 0 || start < 0) throw new Error(`the suite's client ended with ${code}: ${output.slice(-400)}`);
    return { results: readResults(JSON.parse(output.slice(start))), output };
  }
}

function readResults(parsed: unknown): Record<string, RawResult> {
  const out: Record<string, RawResult> = {};
  if (typeof parsed !== 'object' || parsed === null) return out;
  for (const [id, value] of Object.entries(parsed))
    out[id] = value === true ? true : [text(list(value)[0]), text(list(value)[1])];
  return out;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

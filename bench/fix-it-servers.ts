/** The servers that `fix-it.ts` runs: how each is found, and how it is started with lines of Fix it or without. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { ServerName } from '../proxy-core/contract/fix/lines/servers.ts';

export interface Start {
  /** A folder of its own. */
  folder: string;
  port: number;
  /** Where the scripted application listens, for those that stand before one. */
  appPort: number;
  /** Undefined for the server as it was. */
  lines: string | undefined;
}

export interface Found {
  /** Version, and where the lines really ran. */
  version: string;
  start: (start: Start) => ChildProcess;
}

/** Where packages were put that no package manager of the system has. */
export interface Places {
  /** node_modules with express, next and react, or miniflare. */
  modules: string | undefined;
  /** A Python with django. */
  python: string;
  /** A Maven project with spring-boot-starter-web and spring-boot-starter-security. */
  maven: string | undefined;
}

/** First line of what a program says; undefined when it is not there. */
function said(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0] ?? '';
  } catch {
    return undefined;
  }
}

const write = (folder: string, name: string, text: string): string => {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
};

const run = (folder: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(command, args, {
    cwd: folder,
    env: { ...process.env, HOME: folder, ...env },
    stdio: ['ignore', fs.openSync(path.join(folder, 'out'), 'a'), fs.openSync(path.join(folder, 'err'), 'a')],
    detached: true,
  });

/**
 * What every application answers: under `/plain` nothing about caching, under `/vary` no-store and Vary: *, elsewhere no-store
 * and a cookie.
 */
export function answerFor(url: string): string[] {
  if (url.startsWith('/plain')) return [];
  return ['Cache-Control', 'no-store', ...(url.startsWith('/vary') ? ['Vary', '*'] : ['Set-Cookie', 'sid=1; Path=/'])];
}

function nginx(): Found | undefined {
  // It tells its version on stderr.
  if (said('nginx', ['-v']) === undefined) return undefined;
  const version = execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' }).trim();
  return {
    version,
    start: ({ folder, port, appPort, lines = '' }) => {
      const conf = write(
        folder,
        'nginx.conf',
        `daemon off; master_process off; error_log stderr; pid ${folder}/pid; events {}
http {
  access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream app { server 127.0.0.1:${appPort}; }
  server {
    listen 127.0.0.1:${port};
    expires 5s;
    location / { proxy_pass http://app; expires off; }
${lines}
  }
}
`,
      );
      return run(folder, 'nginx', ['-p', folder, '-c', conf]);
    },
  };
}

function apache(): Found | undefined {
  const version = said('apache2', ['-v']);
  if (version === undefined) return undefined;
  const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'headers', 'expires'];
  return {
    version,
    start: ({ folder, port, appPort, lines = '' }) => {
      const conf = write(
        folder,
        'apache.conf',
        `${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/err
User www-data
Group www-data
AllowEncodedSlashes NoDecode
ExpiresActive On
ExpiresDefault "access plus 5 seconds"
<Location "/">
  ExpiresActive Off
</Location>
ProxyPass / http://127.0.0.1:${appPort}/ nocanon
${lines}
`,
      );
      return run(folder, 'apache2', ['-f', conf, '-DFOREGROUND']);
    },
  };
}

function caddy(): Found | undefined {
  const version = said('caddy', ['version']);
  if (version === undefined) return undefined;
  return {
    version: `Caddy ${version || '(Debian)'}`,
    start: ({ folder, port, appPort, lines = '' }) => {
      const file = write(
        folder,
        'Caddyfile',
        `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
${lines}
  reverse_proxy 127.0.0.1:${appPort}
}
`,
      );
      return run(folder, 'caddy', ['run', '--config', file, '--adapter', 'caddyfile']);
    },
  };
}

function express({ modules }: Places): Found | undefined {
  const found = modules === undefined ? undefined : path.join(modules, 'express', 'package.json');
  if (found === undefined || !fs.existsSync(found)) return undefined;
  const { version } = JSON.parse(fs.readFileSync(found, 'utf8')) as { version: string };
  return {
    version: `Express ${version}`,
    start: ({ folder, port, lines = '' }) => {
      const file = write(
        folder,
        'app.cjs',
        `const express = require(${JSON.stringify(path.dirname(found))});
const app = express();
${lines}
app.use((req, res) => {
  const fields = (${answerFor.toString()})(req.path);
  for (let i = 0; i < fields.length; i += 2) res.append(fields[i], fields[i + 1]);
  res.send('hello');
});
app.listen(${port}, '127.0.0.1');
`,
      );
      return run(folder, process.execPath, [file]);
    },
  };
}

function django({ python }: Places): Found | undefined {
  const version = said(python, ['-c', 'import django; print(django.get_version())']);
  if (version === undefined) return undefined;
  return {
    version: `Django ${version}`,
    start: ({ folder, port, lines }) => {
      write(folder, 'mending.py', lines ?? '');
      const file = write(
        folder,
        'app.py',
        `import sys
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import re_path
def view(request):
    response = HttpResponse("hello")
    if not request.path.startswith("/plain"):
        response["Cache-Control"] = "no-store"
        if request.path.startswith("/vary"):
            response["Vary"] = "*"
        else:
            response.set_cookie("sid", "1")
    return response
urlpatterns = [re_path("(?s)^.*$", view)]
settings.configure(DEBUG=True, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x",
    MIDDLEWARE=${lines === undefined ? '[]' : '["mending.mended"]'})
execute_from_command_line([sys.argv[0], "runserver", "--noreload", "127.0.0.1:${port}"])
`,
      );
      return run(folder, python, [file], { PYTHONPATH: folder });
    },
  };
}

function rails(): Found | undefined {
  const version = said('ruby', ['-e', 'require "rails/version"; puts Rails.version']);
  if (version === undefined || said('puma', ['--version']) === undefined) return undefined;
  return {
    version: `Rails ${version}`,
    start: ({ folder, port, lines = '' }) => {
      write(folder, 'config/initializers/mended.rb', lines);
      write(
        folder,
        'config.ru',
        `require "rails"
require "action_controller/railtie"
class HelloController < ActionController::Base
  def show
    unless request.path.start_with?("/plain")
      response.headers["Cache-Control"] = "no-store"
      request.path.start_with?("/vary") ? response.headers["Vary"] = "*" : cookies[:sid] = "1"
    end
    render plain: "hello"
  end
end
class App < Rails::Application
  config.root = ${JSON.stringify(folder)}
  config.eager_load = false
  config.secret_key_base = "x" * 64
  config.hosts.clear
  config.logger = Logger.new($stderr)
  routes.append { match "*path", to: "hello#show", via: :all, format: false }
end
App.initialize!
run App
`,
      );
      return run(folder, 'puma', ['-b', `tcp://127.0.0.1:${port}`, 'config.ru'], { RAILS_ENV: 'production' });
    },
  };
}

const IMPORTS = `package app;
import java.io.IOException;
import jakarta.servlet.*;
import jakarta.servlet.http.*;
import org.springframework.core.*;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
`;
const CONTROLLER = `package app;
import jakarta.servlet.http.*;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.*;
@RestController
public class Hello {
    @Bean
    SecurityFilterChain open(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(all -> all.anyRequest().permitAll()).build();
    }


    @GetMapping("/**")
    String hello(HttpServletRequest request, HttpServletResponse response) {
        if (!request.getRequestURI().startsWith("/plain")) {
            response.setHeader("Cache-Control", "no-store");
            if (request.getRequestURI().startsWith("/vary")) response.setHeader("Vary", "*");
            else response.addCookie(new Cookie("sid", "1"));
        }
        return "hello";
    }
}
`;

function spring({ maven }: Places): Found | undefined {
  const version = maven === undefined ? undefined : said('mvn', ['-v']);
  if (maven === undefined || version === undefined) return undefined;
  const pom = fs.readFileSync(path.join(maven, 'pom.xml'), 'utf8');
  return {
    version: `Spring Boot ${/spring-boot-starter-parent<\/artifactId>\s*<version>([^<]+)/.exec(pom)?.[1] ?? '?'}`,
    start: ({ folder, port, lines }) => {
      fs.cpSync(maven, folder, { recursive: true });
      write(folder, 'src/main/java/app/Hello.java', CONTROLLER);
      if (lines !== undefined) write(folder, 'src/main/java/app/MendedHeaders.java', `${IMPORTS}${lines}\n`);
      const home = { HOME: process.env['HOME'] };
      execFileSync('mvn', ['-q', '-B', '-o', 'package'], { cwd: folder, stdio: 'inherit' });
      return run(folder, 'java', ['-jar', 'target/app-1.jar', `--server.port=${port}`], home);
    },
  };
}

function next({ modules }: Places): Found | undefined {
  const found = modules === undefined ? undefined : path.join(modules, 'next', 'package.json');
  if (modules === undefined || found === undefined || !fs.existsSync(found)) return undefined;
  const { version } = JSON.parse(fs.readFileSync(found, 'utf8')) as { version: string };
  return {
    version: `Next.js ${version}`,
    start: ({ folder, port, lines = 'module.exports = {};' }) => {
      if (!fs.existsSync(path.join(folder, 'node_modules'))) fs.symlinkSync(modules, path.join(folder, 'node_modules'));
      write(folder, 'package.json', '{}');
      write(folder, 'next.config.js', lines);
      write(
        folder,
        'app/[...path]/route.js',
        `export const dynamic = 'force-dynamic';
export function GET(request) {
  const isPlain = new URL(request.url).pathname.startsWith('/plain');
  return new Response('hello', { headers: isPlain ? {} : { 'Cache-Control': 'no-store', 'Set-Cookie': 'sid=1' } });
}
`,
      );
      const cli = path.join(modules, 'next', 'dist', 'bin', 'next');
      const env = { NEXT_TELEMETRY_DISABLED: '1' };
      execFileSync(process.execPath, [cli, 'build', '--webpack'], {
        cwd: folder,
        stdio: 'ignore',
        env: { ...process.env, ...env },
      });
      return run(folder, process.execPath, [cli, 'start', '-p', String(port), '-H', '127.0.0.1'], env);
    },
  };
}

/** Workers: in workerd where miniflare is there. */
function cloudflare({ modules }: Places): Found | undefined {
  const found = modules === undefined ? undefined : path.join(modules, 'miniflare', 'package.json');
  if (found === undefined || !fs.existsSync(found)) return undefined;
  const { version } = JSON.parse(fs.readFileSync(found, 'utf8')) as { version: string };
  return {
    version: `workerd, by miniflare ${version}`,
    start: ({ folder, port, appPort, lines = 'export default { fetch: (request) => fetch(request) };' }) => {
      const script = write(folder, 'worker.mjs', lines);
      const file = write(
        folder,
        'run.cjs',
        `const { Miniflare } = require(${JSON.stringify(path.dirname(found))});
new Miniflare({
  modules: true, scriptPath: ${JSON.stringify(script)}, modulesRoot: ${JSON.stringify(folder)},
  host: '127.0.0.1', port: ${port}, upstream: 'http://127.0.0.1:${appPort}',
});
`,
      );
      return run(folder, process.execPath, [file]);
    },
  };
}

export const FINDERS: Record<ServerName, { find: (places: Places) => Found | undefined; missing: string }> = {
  express: { find: express, missing: 'npm i express in a folder, then --modules FOLDER/node_modules' },
  nginx: { find: nginx, missing: 'needs the package nginx' },
  apache: { find: apache, missing: 'needs the package apache2' },
  caddy: { find: caddy, missing: 'needs the package caddy' },
  django: { find: django, missing: 'pip install django, then --python FILE' },
  rails: { find: rails, missing: 'needs the packages ruby-railties, ruby-actionpack and puma' },
  spring: { find: spring, missing: 'a Maven project with spring-boot-starter-web and -security, then --maven FOLDER' },
  next: { find: next, missing: 'npm i next react react-dom, then --modules FOLDER/node_modules' },
  cloudflare: { find: cloudflare, missing: 'npm i miniflare, then --modules FOLDER/node_modules' },
};

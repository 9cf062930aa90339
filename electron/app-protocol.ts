/** Serves the built renderer as `app://bsdm/…` with a strict content security policy; nothing else is reachable there. */
import { protocol } from 'electron';
import fs from 'node:fs';
import { CONTENT_SECURITY_POLICY } from '../proxy-core/contract/page-files.ts';
import { mediaTypeOf, rendererFile } from './renderer-files.ts';
import { APP_SCHEME } from './url-policy.ts';

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

/** To be called before the app is ready: the scheme gets an origin of its own, like https. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

function refuse(status: number, message: string): Response {
  return new Response(message, { status, headers: { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' } });
}

/** Answers the scheme from `root`, the folder of the built renderer. */
export function serveRenderer(root: string): void {
  protocol.handle(APP_SCHEME, async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET');
    const file = rendererFile(root, request.url);
    if (file === null) return refuse(404, 'no such file');
    try {
      return new Response(await fs.promises.readFile(file), {
        status: 200,
        headers: { ...HEADERS, 'Content-Type': mediaTypeOf(file) },
      });
    } catch {
      return refuse(404, `${file} is not there. If the app was not built yet: npm run build`);
    }
  });
}

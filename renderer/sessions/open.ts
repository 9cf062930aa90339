/** HAR files opened from this page: chosen or dropped, sent to the core piece by piece as it reads them. */
import { SESSION_CHUNK_BYTES } from '../../proxy-core/contract/sessions.ts';
import { call } from '../connection/core.ts';
import { useConnection } from '../state/connection.ts';
import { setPrefs } from '../state/prefs.ts';
import { showProblem } from '../state/toasts.ts';
import { showSession } from './show.ts';

/** Base64 of bytes, by the browser itself: quicker than any loop. */
function base64(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const text = typeof reader.result === 'string' ? reader.result : '';
      resolve(text.slice(text.indexOf(',') + 1));
    };
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(part);
  });
}

/** Sends a file; resolves when all of it was taken, or the session was closed meanwhile. */
async function openFile(file: File): Promise<void> {
  const { id } = await call('session.create', { name: file.name, size: file.size });
  setPrefs({ view: 'traffic' });
  showSession(id);
  try {
    for (let at = 0, done = false; !done;) {
      const end = Math.min(file.size, at + SESSION_CHUNK_BYTES);
      done = end >= file.size;
      await call('session.write', { id, data: end === at ? '' : await base64(file.slice(at, end)), done });
      at = end;
    }
  } catch (problem) {
    const { sessions } = await call('session.list', {});
    const opened = sessions.find((session) => session.id === id);
    // Closed by whoever looked at it, or told of where it stands: no problem of this page's.
    if (opened === undefined || opened.state === 'failed') return;
    await call('session.close', { id });
    throw problem;
  }
}

export async function openFiles(files: Iterable<File>): Promise<void> {
  try {
    for (const file of files) await openFile(file);
  } catch (problem) {
    showProblem(problem);
  }
}

/** A file of the core's machine, by its path; asked for again when the core is not reached yet. */
export async function openPath(path: string): Promise<void> {
  const { phase } = useConnection.getState();
  if (phase !== 'connected')
    await new Promise<void>((resolve) => {
      const stop = useConnection.subscribe((state) => {
        if (state.phase !== 'connected') return;
        stop();
        resolve();
      });
    });
  const { id } = await call('session.open', { path });
  setPrefs({ view: 'traffic' });
  showSession(id);
}

/** Asks for files. */
export function chooseFiles(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = '.har,.gz,application/json,application/gzip';
  input.onchange = () => void openFiles(input.files ?? []);
  input.click();
}

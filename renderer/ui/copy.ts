/** Copies text to the clipboard and says so. */
import { texts } from '../i18n/index.ts';
import { showToast } from '../state/toasts.ts';

const SHOWN = 80;

export function copyText(text: string): void {
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  const failed = (): void => void showToast({ tone: 'bad', text: texts().app.copyFailed });
  // Absent where the page is served over plain HTTP from another machine.
  if (!('clipboard' in navigator)) return failed();
  navigator.clipboard.writeText(text).then(() => showToast({ tone: 'good', text: texts().app.copied(short) }), failed);
}

/** Hands bytes to the browser as a file to save. */
export function saveFile(name: string, type: string, parts: BlobPart[]): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken the address over by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

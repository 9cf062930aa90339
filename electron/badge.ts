/** Errors that nobody has looked at yet, as a mark on the dock or taskbar. */
import { app, nativeImage, type BrowserWindow } from 'electron';

const DOT = 16;

/** A red dot, pixel by pixel (BGRA). */
function dot(): Buffer {
  const pixels = Buffer.alloc(DOT * DOT * 4);
  for (let y = 0; y < DOT; y++)
    for (let x = 0; x < DOT; x++)
      if (Math.hypot(x - DOT / 2 + 0.5, y - DOT / 2 + 0.5) < DOT / 2)
        pixels.writeUInt32LE(0xffd92d20, (y * DOT + x) * 4);
  return pixels;
}

export function showBadge(count: number, window: BrowserWindow | null, label: string): void {
  if (process.platform === 'win32') {
    const image = count === 0 ? null : nativeImage.createFromBitmap(dot(), { width: DOT, height: DOT });
    window?.setOverlayIcon(image, count === 0 ? '' : `${label}: ${count}`);
    return;
  }
  app.setBadgeCount(count);
}

/** Times that count on the screen: in whole seconds, so that they tick evenly. */
import { formatDuration } from '../ui/format.ts';

export const wholeSeconds = (ms: number): string => formatDuration(Math.max(0, Math.round(ms / 1000)) * 1000);

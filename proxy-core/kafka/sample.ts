/** Which records are mirrored when the share is below 1: decided by the event's id, so every sink and restart agrees. */

/** FNV-1a over UTF-16 code units with a final mix, as a number from 0 to below 1. Ids differ in their last characters only; without the mix they would cluster. */
function hashToUnit(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** True when the event with this id belongs to the mirrored `share` (0 to 1). A larger share keeps all of a smaller one. */
export function isSampled(eventId: string, share: number): boolean {
  return share >= 1 || (share > 0 && hashToUnit(eventId) < share);
}

/** WebSocket messages of an exchange (RFC 6455), as recorded and as the window lists them. */

/** Who sent it: the client (up) or the origin (down). */
export type MessageDirection = 'up' | 'down';
export type MessageType = 'text' | 'binary' | 'ping' | 'pong' | 'close';

/**
 * Why the payload is not there, or not as it was meant. `truncated`: longer than what is kept of one message. `dropped`:
 * let go to make room. `not-decoded`: permessage-deflate could not be undone, the kept bytes are those of the wire.
 * `incomplete`: the connection ended inside it.
 */
export type MessageNote = 'truncated' | 'dropped' | 'not-decoded' | 'incomplete';

/** One message as the relay saw it, its payload with it. */
export interface SeenMessage {
  direction: MessageDirection;
  type: MessageType;
  /** Payload bytes on the wire, compressed as they were, without frame heads. */
  wireBytes: number;
  /** Payload bytes of the message itself; undefined when it could not be decoded. */
  bytes: number | undefined;
  /** Payload, decoded when it was compressed; no longer than what the reader was told to keep. */
  payload: Uint8Array;
  /** Data frames it came in. */
  frames: number;
  compressed: boolean;
  note?: MessageNote | undefined;
  /** Status code and reason of a close (RFC 6455 §7.4). */
  close?: { code: number; reason: string } | undefined;
}

/** One line of a conversation. */
export interface MessageRow {
  /** Number within the conversation, from 1, in the order in which messages were complete. */
  n: number;
  direction: MessageDirection;
  type: MessageType;
  /** Unix time in ms when its last byte passed. */
  atMs: number;
  wireBytes: number;
  bytes?: number;
  /** Payload bytes that can be read now. */
  kept: number;
  frames: number;
  compressed?: true;
  note?: MessageNote;
  close?: { code: number; reason: string };
  /** The beginning of a text, at most 256 characters; of a binary payload the first 32 bytes in hex. */
  preview: string;
}

/** A page of a conversation. */
export interface MessagePage {
  rows: MessageRow[];
  /** Messages that match and are kept. */
  total: number;
  /** Messages seen, in both directions, kept or not. */
  seen: number;
  /** Oldest messages that were let go. */
  dropped: number;
  /** What broke the protocol, by direction: nothing is read after it, the bytes flow on. */
  problems: { up?: string; down?: string };
}

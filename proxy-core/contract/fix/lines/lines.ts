/**
 * A change of response fields as lines to copy, for nine servers and frameworks. Path and values come from outside: neither can
 * leave the place it is put into, whatever it holds.
 */
import type { FieldEdit } from '../fix.ts';
import { apache, caddy, nginx } from './config-files.ts';
import type { Line } from './line.ts';
import { pathOf } from './path.ts';
import type { ServerName } from './servers.ts';
import { cloudflare, django, express, next, rails, spring } from './programs.ts';

const WRITERS: Record<ServerName, (path: string, lines: readonly Line[]) => string> = {
  express,
  nginx,
  apache,
  caddy,
  django,
  rails,
  spring,
  next,
  cloudflare,
};

/** The lines that make the change for the path of this URL, and for nothing else. */
export function linesFor(server: ServerName, edits: readonly FieldEdit[], url: string): string {
  const lines = edits.map(({ name, value }) => ({
    name: name.replace(/[^A-Za-z0-9-]/g, ''),
    value: value === null ? null : value.replace(/[^A-Za-z0-9_., ="-]/g, ''),
  }));
  return WRITERS[server](pathOf(url), lines);
}

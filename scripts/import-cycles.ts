/**
 * Rings of files that import each other, types included: who reads one of them has to read them all. Used by
 * proxy-core/layers.test.ts.
 */
import { posix } from 'node:path';
import { readImports } from './layers.ts';

/** Every ring among the given files (path and source), as the sorted paths of it; a file alone counts when it imports itself. */
export function findImportCycles(files: ReadonlyMap<string, string>): string[][] {
  const imports = new Map<string, string[]>();
  for (const [path, source] of files) {
    const targets = readImports(path, source)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => posix.join(posix.dirname(path), specifier));
    imports.set(
      path,
      targets.filter((target) => files.has(target)),
    );
  }
  return stronglyConnected(imports).filter(
    ([first, ...more]) => more.length > 0 || imports.get(first!)!.includes(first!),
  );
}

/** Tarjan's components: an index for each file as it is reached, and the lowest one that it leads back to. */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const open: string[] = [];
  const out: string[][] = [];
  const visit = (path: string): number => {
    const own = index.size;
    index.set(path, own);
    open.push(path);
    let low = own;
    for (const next of graph.get(path) ?? []) {
      if (!index.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, index.get(next)!);
    }
    if (low === own) out.push(open.splice(open.indexOf(path)).sort());
    return low;
  };
  for (const path of graph.keys()) if (!index.has(path)) visit(path);
  return out;
}

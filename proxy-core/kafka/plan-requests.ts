/**
 * Which messages of a batch share a request. kafkajs rejects a request as a whole when one of its partitions fails and
 * does not say which; sending all of it again would write the others' records twice. A partition fails alone mostly when
 * its topic is new or its leader has just moved, so each partition first takes a request of its own on a new connection,
 * and shares one with the others once it has kept a record.
 */

/** One request: the positions of its messages in the batch, and whether all of its partitions are proven. */
export interface PlannedRequest {
  positions: number[];
  proven: boolean;
}

/**
 * Groups the positions `0 … partitions.length - 1` of a batch; `partitions` holds the partition of each message, `proven`
 * those that have taken records on this connection. Order within a partition is kept.
 */
export function planRequests(partitions: readonly number[], proven: ReadonlySet<number>): PlannedRequest[] {
  const shared: number[] = [];
  const alone = new Map<number, number[]>();
  partitions.forEach((partition, position) => {
    if (proven.has(partition)) {
      shared.push(position);
      return;
    }
    const group = alone.get(partition);
    if (group === undefined) alone.set(partition, [position]);
    else group.push(position);
  });
  const first = shared.length > 0 ? [{ positions: shared, proven: true }] : [];
  return [...first, ...[...alone.values()].map((positions) => ({ positions, proven: false }))];
}

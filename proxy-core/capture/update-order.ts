/**
 * Records in the order of their latest updates, and the places up to which feeds have been told, in one doubly linked
 * list: an update, a feed that goes on, and a record that leaves cost a few pointers each, however many records there are.
 * Invariant: `seq` of the records rises from first to last.
 */

type Place<R> = R | Mark<R>;

/** What a record lends to the list. */
export interface Ordered<R> {
  seq: number;
  before: Place<R> | undefined;
  next: Place<R> | undefined;
}

/** The place of a feed: all records before it were sent. */
export class Mark<R> {
  readonly isMark = true;
  before: Place<R> | undefined = undefined;
  next: Place<R> | undefined = undefined;
}

export class UpdateOrder<R extends Ordered<R>> {
  #first: Place<R> | undefined;
  #last: Place<R> | undefined;

  /** Number of the record updated longest ago; 0 when there is none. */
  get lowestSeq(): number {
    return recordFrom(this.#first)?.seq ?? 0;
  }

  /** The first record after a place. */
  after(place: Place<R>): R | undefined {
    return recordFrom(place.next);
  }

  /** A record was updated: it is the last now, whether it was here or not. */
  moveLast(record: R): void {
    if (this.#last === record) return;
    this.remove(record);
    this.#insert(record, this.#last);
  }

  /** A mark behind the records up to `seq`. */
  addMark(seq: number): Mark<R> {
    const mark = new Mark<R>();
    let before = seq === 0 ? undefined : this.#last;
    while (before !== undefined && (before instanceof Mark || before.seq > seq)) before = before.before;
    this.#insert(mark, before);
    return mark;
  }

  /** Puts a mark in front of all. */
  markFirst(mark: Mark<R>): void {
    this.remove(mark);
    this.#insert(mark, undefined);
  }

  /** Puts a mark right behind a record. */
  moveAfter(mark: Mark<R>, record: R): void {
    this.remove(mark);
    this.#insert(mark, record);
  }

  /** Takes a record or a mark out; one that is not here stays out. */
  remove(place: Place<R>): void {
    const { before, next } = place;
    if (before === undefined && next === undefined && this.#first !== place) return;
    if (before) before.next = next;
    else this.#first = next;
    if (next) next.before = before;
    else this.#last = before;
    place.before = place.next = undefined;
  }

  #insert(place: Place<R>, before: Place<R> | undefined): void {
    const next = before === undefined ? this.#first : before.next;
    place.before = before;
    place.next = next;
    if (before) before.next = place;
    else this.#first = place;
    if (next) next.before = place;
    else this.#last = place;
  }
}

/** The place itself when it is a record, or the next one that is. */
function recordFrom<R extends Ordered<R>>(place: Place<R> | undefined): R | undefined {
  let at = place;
  while (at instanceof Mark) at = at.next;
  return at;
}

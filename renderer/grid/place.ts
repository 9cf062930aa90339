/** Where the person reads: when rows come, leave or change their order, what they look at stays where it is. */
import type { RowKey, RowView } from './grid.ts';

interface Drawn<Key> {
  key: Key;
  index: number;
}

/** What a drawing asks of {@link Place.topIn}. */
interface Wish<Row, Key extends RowKey> {
  view: RowView<Row, Key>;
  rowHeight: number;
  /** The row with the cursor: when it is seen, it is the one that stays. */
  current: Key | null;
  /** Names the order; in another one what was around the cursor is of no use. */
  order: string;
  /** New rows come first: who stands at the very beginning stays there and sees them. */
  staysAtTop: boolean;
}

export class Place<Key extends RowKey> {
  #drawn: readonly Drawn<Key>[] = [];
  #view: unknown = null;
  #order: string | null = null;
  #rowHeight = 0;
  /** Where the scroller was put, until it has told so. */
  #pending: number | undefined;
  /** Where it stands, px. */
  top = 0;

  /** Where the scroller has to stand for this view; undefined when it may stay. */
  topIn<Row>({ view, rowHeight, current, order, staysAtTop }: Wish<Row, Key>): number | undefined {
    if (view === this.#view && order === this.#order && rowHeight === this.#rowHeight) return this.#pending;
    if (this.#view === null || this.#rowHeight === 0) return undefined;
    const first = this.top / this.#rowHeight;
    const seen = this.#drawn.filter(({ index }) => index + 1 > first);
    const place = ({ key, index }: Drawn<Key>): number | undefined => {
      const now = view.indexOf(key);
      return now < 0 ? undefined : Math.max(0, this.top + now * rowHeight - index * this.#rowHeight);
    };
    const cursor = seen.find(({ key }) => key === current);
    const kept = cursor === undefined ? undefined : place(cursor);
    if (kept !== undefined) return kept;
    if (order !== this.#order) return 0;
    if (staysAtTop && this.top < rowHeight / 2) return 0;
    for (const row of seen) {
      const top = place(row);
      if (top !== undefined) return top;
    }
    return this.#pending;
  }

  /** These rows of this view are drawn now. */
  keep<Row>(wish: Wish<Row, Key>, drawn: readonly Drawn<Key>[]): void {
    this.#view = wish.view;
    this.#order = wish.order;
    this.#rowHeight = wish.rowHeight;
    this.#drawn = drawn;
  }

  /** The scroller was put there; it will tell. */
  put(top: number): void {
    this.#pending = top === this.top ? this.#pending : top;
    this.top = top;
  }

  /** The scroller tells where it stands. */
  scrolled(top: number): void {
    this.#pending = undefined;
    this.top = top;
  }
}

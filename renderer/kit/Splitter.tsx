/** A bar between two panes: drag it, or move it with the arrow keys; Home and End make its pane as small and as large as can be. */
import { useState, type JSX, type PointerEvent } from 'react';
import styles from './Splitter.module.css';

interface SplitterProps {
  /** `horizontal`: a lying bar, the size is a height. */
  direction: 'horizontal' | 'vertical';
  label: string;
  /** Size in px of the pane after the bar, or before it with `before`. */
  size: number;
  min: number;
  max: number;
  before?: boolean;
  onSize: (size: number) => void;
}

export function Splitter({ direction, label, size, min, max, before = false, onSize }: SplitterProps): JSX.Element {
  const [drag, setDrag] = useState<{ from: number; size: number } | null>(null);
  const place = (event: PointerEvent): number => (direction === 'horizontal' ? event.clientY : event.clientX);
  const sign = before ? -1 : 1;
  const clamp = (value: number): number => Math.max(min, Math.min(max, Math.round(value)));
  return (
    <div
      className={styles['splitter']}
      data-direction={direction}
      data-dragging={drag === null ? undefined : ''}
      role="separator"
      aria-orientation={direction}
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
        setDrag({ from: place(event), size });
      }}
      onPointerMove={(event) => {
        if (drag !== null) onSize(clamp(drag.size + sign * (drag.from - place(event))));
      }}
      onPointerUp={() => setDrag(null)}
      onPointerCancel={() => setDrag(null)}
      onKeyDown={(event) => {
        const [bigger, smaller] = direction === 'horizontal' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
        const step = event.key === bigger ? 24 : event.key === smaller ? -24 : 0;
        const next = event.key === 'Home' ? min : event.key === 'End' ? max : size + sign * step;
        if (next === size) return;
        event.preventDefault();
        event.stopPropagation();
        onSize(clamp(next));
      }}
    />
  );
}

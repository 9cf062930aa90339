/** What goes wrong while a part of the window is drawn stays in that part: a plain message, another try, the raw record. */
import { Component, useState, type JSX, type ReactNode } from 'react';
import { useTexts } from '../i18n/index.ts';
import { forgetFailures } from './part.tsx';

/** The raw record is shown up to this length. */
const RAW_MAX = 64 * 1024;
/** Longest part of an exception's message that is shown. */
const MESSAGE_MAX = 500;

interface BoundaryProps {
  /** What is drawn here; another one is tried anew. */
  of: string;
  /** The raw record of what could not be drawn. */
  raw?: () => string;
  /** Called before another try. */
  onRetry?: () => void;
  children: ReactNode;
}

interface BoundaryState {
  of: string;
  thrown: { value: unknown } | null;
}

/** The raw record, or why there is none: whatever broke the view may break this too. */
function readRaw(raw: () => string): string {
  try {
    const text = raw();
    return text.length > RAW_MAX ? `${text.slice(0, RAW_MAX)}…` : text;
  } catch (thrown) {
    return String(thrown).slice(0, MESSAGE_MAX);
  }
}

function Broken({
  thrown,
  raw,
  onRetry,
}: {
  thrown: unknown;
  raw?: (() => string) | undefined;
  onRetry: () => void;
}): JSX.Element {
  const t = useTexts();
  const [text, setText] = useState<string | null>(null);
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, MESSAGE_MAX);
  return (
    <div className="broken" role="alert">
      <p>
        {t.broken.text} <code>{message}</code>
      </p>
      <p className="broken-buttons">
        <button type="button" className="button" onClick={onRetry}>
          {t.broken.retry}
        </button>
        {raw !== undefined && text === null && (
          <button type="button" className="button" onClick={() => setText(readRaw(raw))}>
            {t.broken.raw}
          </button>
        )}
      </p>
      {text !== null && <pre className="raw">{text}</pre>}
    </div>
  );
}

/** Wraps one view, tab or body. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { of: this.props.of, thrown: null };

  static getDerivedStateFromError(value: unknown): Partial<BoundaryState> {
    return { thrown: { value } };
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState): Partial<BoundaryState> | null {
    return props.of === state.of ? null : { of: props.of, thrown: null };
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    if (thrown === null) return this.props.children;
    return (
      <Broken
        thrown={thrown.value}
        raw={this.props.raw}
        onRetry={() => {
          forgetFailures();
          this.props.onRetry?.();
          this.setState({ thrown: null });
        }}
      />
    );
  }
}

/** A small button with a picture and a name. */
import type { JSX } from 'react';
import { Icon } from './icons.tsx';

export function IconButton({
  label,
  icon,
  disabled = false,
  onClick,
}: {
  label: string;
  icon: 'up' | 'down' | 'copy' | 'trash' | 'close';
  disabled?: boolean;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      className="button quiet icon-only"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} size={14} />
    </button>
  );
}

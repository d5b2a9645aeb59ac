import type { ReactNode } from 'react';
import { readableTextColor } from '@/lib/color';

interface LabelChipProps {
  readonly name: string;
  readonly color: string | undefined;
  readonly children?: ReactNode;
}

/** A label in its colour; the text turns black or white, whichever can be read. */
export function LabelChip({ name, color, children }: LabelChipProps) {
  return (
    <span
      style={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 4,
        maxWidth: '100%',
        padding: '2px 10px',
        borderRadius: 999,
        border: '1px solid rgb(128 128 128 / 45%)',
        background: color ?? '#808080',
        color: readableTextColor(color),
        fontSize: 13,
        fontWeight: 550,
        lineHeight: '22px',
      }}
    >
      <span style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{name}</span>
      {children}
    </span>
  );
}

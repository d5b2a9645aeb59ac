import { ActionIcon, Group, NumberInput, Slider, Text, Tooltip } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconChevronsLeft,
  IconChevronsRight,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import type { RefObject } from 'react';

interface PlayerProps {
  readonly first: number;
  readonly last: number;
  readonly frame: number;
  readonly fileName: string;
  readonly step: number;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onChange: (frame: number) => void;
}

export function Player({ first, last, frame, fileName, step, field, onChange }: PlayerProps) {
  const back = [
    { label: 'First frame', keys: '', Icon: IconPlayerSkipBack, to: first, id: 'first' },
    { label: `Back ${step} frames`, keys: 'C', Icon: IconChevronsLeft, to: frame - step, id: 'backward' },
    { label: 'Previous frame', keys: 'D', Icon: IconChevronLeft, to: frame - 1, id: 'previous' },
  ];
  const forth = [
    { label: 'Next frame', keys: 'F', Icon: IconChevronRight, to: frame + 1, id: 'next' },
    { label: `Forward ${step} frames`, keys: 'V', Icon: IconChevronsRight, to: frame + step, id: 'forward' },
    { label: 'Last frame', keys: '', Icon: IconPlayerSkipForward, to: last, id: 'last' },
  ];
  const button = ({ label, keys, Icon, to, id }: (typeof back)[number]) => (
    <Tooltip key={id} label={keys ? `${label} (${keys})` : label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={label}
        {...(keys ? { 'aria-keyshortcuts': keys } : {})}
        disabled={to < frame ? frame <= first : frame >= last}
        onClick={() => onChange(to)}
        data-testid={`cvat-player-${id}-button`}
      >
        <Icon size={20} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group gap="sm" wrap="nowrap" style={{ flex: 1, minWidth: 0 }}>
      <Group gap={0} wrap="nowrap">
        {back.map(button)}
        {forth.map(button)}
      </Group>
      <div style={{ flex: 1, minWidth: 60 }}>
        <Slider
          min={first}
          max={Math.max(last, first + 1)}
          disabled={last === first}
          value={frame}
          onChange={onChange}
          label={null}
          size={5}
          thumbLabel="Frame"
        />
        <Text size="xs" c="dimmed" truncate mt={4} title={fileName}>
          {fileName}
        </Text>
      </div>
      <NumberInput
        aria-label="Frame number"
        w={84}
        size="sm"
        hideControls
        allowDecimal={false}
        min={first}
        max={last}
        clampBehavior="none"
        value={frame}
        ref={field}
        onBlur={(event) => {
          const value = Number(event.currentTarget.value);
          if (event.currentTarget.value !== '' && value !== frame) onChange(value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
        data-testid="cvat-player-frame-selector"
      />
    </Group>
  );
}

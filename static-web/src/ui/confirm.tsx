import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';

interface ConfirmDeletion {
  /** The question, with number and name. */
  readonly title: string;
  /** What is lost. */
  readonly text: string;
  readonly onConfirm: () => void;
}

export function confirmDeletion({ title, text, onConfirm }: ConfirmDeletion): void {
  modals.openConfirmModal({
    title,
    centered: true,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: 'Delete', cancel: 'Keep' },
    confirmProps: { color: 'red.9' },
    closeButtonProps: { 'aria-label': 'Close' },
    onConfirm,
  });
}

import { ActionIcon, Group, TextInput, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';

interface EditableTitleProps {
  readonly value: string;
  readonly label: string;
  readonly onSave: (value: string) => void;
}

/** A heading that is changed in place: Enter saves, Esc restores, nothing empty is taken. */
export function EditableTitle({ value, label, onSave }: EditableTitleProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null)
    return (
      <Group gap={6} wrap="nowrap">
        <Title
          order={1}
          size="h3"
          style={{ overflowWrap: 'anywhere' }}
          data-testid="cvat-task-details-task-name"
        >
          {value}
        </Title>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Change the ${label}`}
          onClick={() => setDraft(value)}
        >
          <IconPencil size={18} aria-hidden />
        </ActionIcon>
      </Group>
    );
  const text = draft.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text === '') return;
        if (text !== value) onSave(text);
        setDraft(null);
      }}
    >
      <TextInput
        aria-label={`New ${label}`}
        size="md"
        maxLength={256}
        value={draft}
        data-autofocus
        ref={(element) => element?.focus()}
        error={text === '' ? 'Enter a name' : null}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => setDraft(null)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setDraft(null);
        }}
      />
    </form>
  );
}

import { ActionIcon, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { nextLabelColor, readableTextColor } from '@/lib/color';
import type { LabelDraft } from '@/lib/labels';
import { LabelChip } from '@/ui/label-chip';
import { LabelForm } from './label-form';
import { RawLabelsForm } from './raw-labels-form';

interface LabelEditorProps {
  readonly labels: readonly LabelDraft[];
  readonly onChange: (labels: readonly LabelDraft[]) => void;
  /** Asked before a label that has an id goes, since its annotations go with it. */
  readonly confirmRemoval?: (label: LabelDraft, proceed: () => void) => void;
}

type Editing = { readonly index: number | null; readonly round: number };

/** Constructor and raw text over the same labels. */
export function LabelEditor({ labels, onChange, confirmRemoval }: LabelEditorProps) {
  const [editing, setEditing] = useState<Editing | null>(null);
  const remove = (index: number) => {
    const label = labels[index];
    if (label === undefined) return;
    const proceed = () => onChange(labels.filter((_, place) => place !== index));
    if (label.id !== undefined && confirmRemoval) confirmRemoval(label, proceed);
    else proceed();
  };
  const index = editing?.index ?? null;
  const others = labels.filter((_, place) => place !== index).map((label) => label.name);
  return (
    <Tabs defaultValue="constructor" keepMounted={false}>
      <Tabs.List aria-label="Ways to edit labels">
        <Tabs.Tab value="constructor">Constructor</Tabs.Tab>
        <Tabs.Tab value="raw">Raw</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="constructor" pt="sm">
        <Stack gap="sm">
          {labels.length === 0 && editing === null && (
            <Text size="sm" c="dimmed">
              Labels are the kinds of things you will mark, for example “car” or “person”.
            </Text>
          )}
          <Group gap={8} component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Labels">
            {labels.map((label, place) => (
              <li key={label.id ?? label.name} data-testid="cvat-constructor-viewer-item">
                <EditableChip
                  label={label}
                  onEdit={() => setEditing({ index: place, round: 0 })}
                  onRemove={() => remove(place)}
                />
              </li>
            ))}
          </Group>
          {editing === null ? (
            <div>
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPlus size={16} aria-hidden />}
                onClick={() => setEditing({ index: null, round: 0 })}
              >
                Add label
              </Button>
            </div>
          ) : (
            <LabelForm
              key={`${editing.index}-${editing.round}`}
              initial={
                (index === null ? undefined : labels[index]) ?? {
                  name: '',
                  color: nextLabelColor(labels.map((label) => label.color)),
                  type: 'any',
                  attributes: [],
                }
              }
              otherNames={others}
              onCancel={() => setEditing(null)}
              onDone={(label) => {
                if (index === null) {
                  onChange([...labels, label]);
                  setEditing({ index: null, round: editing.round + 1 });
                } else {
                  onChange(labels.map((other, place) => (place === index ? label : other)));
                  setEditing(null);
                }
              }}
            />
          )}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="raw" pt="sm">
        <RawLabelsForm labels={labels} onChange={onChange} />
      </Tabs.Panel>
    </Tabs>
  );
}

function EditableChip({
  label,
  onEdit,
  onRemove,
}: {
  label: LabelDraft;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const color = readableTextColor(label.color);
  return (
    <LabelChip name={label.name} color={label.color}>
      <ActionIcon
        size={24}
        variant="transparent"
        style={{ color }}
        aria-label={`Edit label ${label.name}`}
        onClick={onEdit}
      >
        <IconPencil size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        size={24}
        variant="transparent"
        style={{ color }}
        aria-label={`Delete label ${label.name}`}
        onClick={onRemove}
      >
        <IconX size={15} aria-hidden />
      </ActionIcon>
    </LabelChip>
  );
}

import { Button, ColorInput, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { LABEL_COLORS } from '@/lib/color';
import {
  type AttributeDraft,
  attributeProblem,
  LABEL_TYPES,
  type LabelDraft,
  labelProblem,
} from '@/lib/labels';
import { AttributeRow } from './attribute-row';

interface LabelFormProps {
  readonly initial: LabelDraft;
  readonly otherNames: readonly string[];
  readonly onDone: (label: LabelDraft) => void;
  readonly onCancel: () => void;
}

const TYPE_OPTIONS = LABEL_TYPES.map((type) => ({
  value: type,
  label: type.charAt(0).toUpperCase() + type.slice(1),
  disabled: type === 'skeleton',
}));

/** Enter in a field of the label must not send the form around it. */
function keepEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
}

/** One label. It stands inside other forms, so Enter is handled here and no form element is used. */
export function LabelForm({ initial, otherNames, onDone, onCancel }: LabelFormProps) {
  const [label, setLabel] = useState(initial);
  const [tried, setTried] = useState(false);
  const nameProblem = labelProblem(label, otherNames);
  const namesBefore = (index: number) =>
    label.attributes.filter((_, place) => place !== index).map((attribute) => attribute.name.trim());
  const problems = label.attributes.map((attribute, index) =>
    attributeProblem(attribute, namesBefore(index)),
  );
  const isNew = initial.name === '';
  const submit = () => {
    if (isNew && label.name.trim() === '' && label.attributes.length === 0) return onCancel();
    setTried(true);
    if (nameProblem === null && problems.every((problem) => problem === null))
      onDone({ ...label, name: label.name.trim() });
  };
  const setAttribute = (index: number, attribute: AttributeDraft | null) =>
    setLabel({
      ...label,
      attributes: label.attributes.flatMap((other, place) =>
        place !== index ? [other] : attribute === null ? [] : [attribute],
      ),
    });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel();
    if (event.key !== 'Enter') return;
    event.preventDefault();
    submit();
  };
  return (
    <Stack
      gap="sm"
      className="app-card"
      p="sm"
      onKeyDown={keepEnter}
      data-testid="cvat-label-constructor-updater"
    >
      <Group align="flex-start" gap="sm">
        <TextInput
          label="Label name"
          style={{ flex: '1 1 180px' }}
          value={label.name}
          maxLength={64}
          ref={(element) => {
            if (element && !tried && label === initial) element.focus();
          }}
          error={tried ? nameProblem : null}
          onChange={(event) => setLabel({ ...label, name: event.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
        <Select
          label="Shape"
          w={130}
          data={TYPE_OPTIONS}
          value={label.type}
          allowDeselect={false}
          disabled={initial.type === 'skeleton'}
          onChange={(type) => setLabel({ ...label, type: type ?? 'any' })}
        />
        <ColorInput
          label="Colour"
          w={140}
          format="hex"
          value={label.color}
          swatches={[...LABEL_COLORS]}
          popoverProps={{ position: 'top-end' }}
          eyeDropperButtonProps={{ 'aria-label': 'Pick a colour from the screen' }}
          onChange={(color) => setLabel({ ...label, color })}
        />
      </Group>
      {label.attributes.map((attribute, index) => (
        <AttributeRow
          // biome-ignore lint/suspicious/noArrayIndexKey: new attributes have no id, and rows are never moved.
          key={index}
          attribute={attribute}
          error={tried ? (problems[index] ?? null) : null}
          onChange={(changed) => setAttribute(index, changed)}
          onRemove={() => setAttribute(index, null)}
        />
      ))}
      <Group justify="space-between">
        <Button
          variant="subtle"
          size="xs"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => {
            setTried(false);
            setLabel({
              ...label,
              attributes: [
                ...label.attributes,
                { name: '', mutable: false, input_type: 'select', default_value: '', values: [] },
              ],
            });
          }}
        >
          Add an attribute
        </Button>
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={onCancel}>
            Cancel
          </Button>
          <Button size="xs" onClick={submit}>
            {isNew ? 'Continue' : 'Done'}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

import { ActionIcon, Checkbox, Group, Select, TagsInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { AttributeDraft, AttributeType } from '@/lib/labels';

interface AttributeRowProps {
  readonly attribute: AttributeDraft;
  readonly error: string | null;
  readonly onChange: (attribute: AttributeDraft) => void;
  readonly onRemove: () => void;
}

const TYPES = [
  { value: 'select', label: 'Select' },
  { value: 'radio', label: 'Radio' },
  { value: 'checkbox', label: 'Checkbox (yes/no)' },
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
];

/** The server cannot convert annotations, so type and mutability of a saved attribute are fixed. */
export function AttributeRow({ attribute, error, onChange, onRemove }: AttributeRowProps) {
  const saved = attribute.id !== undefined;
  const setType = (type: AttributeType) => {
    const values = type === 'checkbox' ? ['false', 'true'] : [];
    onChange({ ...attribute, input_type: type, values, default_value: values[0] ?? '' });
  };
  return (
    <Group align="flex-start" gap="sm">
      <TextInput
        label="Attribute"
        style={{ flex: '1 1 120px' }}
        value={attribute.name}
        maxLength={64}
        error={error}
        onChange={(event) => onChange({ ...attribute, name: event.currentTarget.value })}
      />
      <Select
        label="Type"
        w={150}
        data={TYPES}
        value={attribute.input_type}
        allowDeselect={false}
        disabled={saved}
        onChange={(type) => setType((type ?? 'select') as AttributeType)}
      />
      <ValuesField attribute={attribute} onChange={onChange} />
      <Checkbox
        label="Mutable"
        mt={32}
        checked={attribute.mutable}
        disabled={saved}
        onChange={(event) => onChange({ ...attribute, mutable: event.currentTarget.checked })}
      />
      <ActionIcon
        mt={26}
        size="lg"
        variant="subtle"
        color="red"
        aria-label={`Delete attribute ${attribute.name}`}
        onClick={onRemove}
      >
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function ValuesField({
  attribute,
  onChange,
}: {
  attribute: AttributeDraft;
  onChange: (attribute: AttributeDraft) => void;
}) {
  const style = { flex: '2 1 200px' };
  const setDefault = (value: string) => onChange({ ...attribute, default_value: value });
  if (attribute.input_type === 'text')
    return (
      <TextInput
        label="Default"
        style={style}
        value={attribute.default_value}
        maxLength={128}
        onChange={(event) => setDefault(event.currentTarget.value)}
      />
    );
  if (attribute.input_type === 'checkbox')
    return (
      <Select
        label="Default"
        style={style}
        data={['false', 'true']}
        value={attribute.default_value}
        allowDeselect={false}
        onChange={(value) => setDefault(value ?? 'false')}
      />
    );
  const number = attribute.input_type === 'number';
  return (
    <Group style={style} align="flex-start" gap="sm">
      <TagsInput
        label={number ? 'Smallest, largest, step' : 'Values'}
        description="Enter adds a value"
        style={{ flex: 2, minWidth: 130 }}
        value={[...attribute.values]}
        onChange={(values) =>
          onChange({
            ...attribute,
            values,
            default_value: values.includes(attribute.default_value)
              ? attribute.default_value
              : (values[0] ?? ''),
          })
        }
      />
      {number ? (
        <TextInput
          label="Default"
          description="In the range"
          w={100}
          value={attribute.default_value}
          onChange={(event) => setDefault(event.currentTarget.value)}
        />
      ) : (
        <Select
          label="Default"
          description="One of them"
          w={120}
          data={[...attribute.values]}
          value={attribute.values.includes(attribute.default_value) ? attribute.default_value : null}
          allowDeselect={false}
          onChange={(value) => setDefault(value ?? '')}
        />
      )}
    </Group>
  );
}

import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type LabelDraft, parseRawLabels } from '@/lib/labels';

interface RawLabelsFormProps {
  readonly labels: readonly LabelDraft[];
  readonly onChange: (labels: readonly LabelDraft[]) => void;
}

/** Labels as JSON: checked while it is typed, taken over with Done. */
export function RawLabelsForm({ labels, onChange }: RawLabelsFormProps) {
  const current = JSON.stringify(labels, null, 2);
  const [text, setText] = useState(current);
  const savedIds = new Set(labels.flatMap((label) => (label.id === undefined ? [] : [label.id])));
  const parsed = parseRawLabels(text, savedIds);
  const lost = parsed.ok
    ? labels.filter(
        (label) => label.id !== undefined && !parsed.labels.some((other) => other.id === label.id),
      )
    : [];
  return (
    <Stack gap="sm">
      <Textarea
        label="Labels as JSON"
        description="A list of objects with name, color, type and attributes."
        autosize
        minRows={8}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        value={text}
        error={
          parsed.ok
            ? lost.length > 0 &&
              `Without its id a label loses its annotations: ${lost.map((label) => label.name).join(', ')}.`
            : parsed.problem
        }
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="cvat-raw-labels-viewer"
      />
      <Group gap="xs" justify="flex-end">
        <Button variant="subtle" size="xs" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy
        </Button>
        <Button variant="default" size="xs" disabled={text === current} onClick={() => setText(current)}>
          Reset
        </Button>
        <Button
          size="xs"
          disabled={!parsed.ok || text === current}
          onClick={() => parsed.ok && onChange(parsed.labels)}
        >
          Done
        </Button>
      </Group>
    </Stack>
  );
}

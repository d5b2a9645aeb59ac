import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '@/api/keys';
import { fetchLabels } from '@/api/tasks';
import type { Label, Task } from '@/api/types';
import { type LabelDraft, labelChanges } from '@/lib/labels';
import { confirmDeletion } from '@/ui/confirm';
import { LabelChip } from '@/ui/label-chip';
import { LabelEditor } from '@/ui/labels/label-editor';
import { ErrorState } from '@/ui/states';

interface TaskLabelsProps {
  readonly task: Task;
  readonly onSave: (labels: readonly unknown[]) => Promise<unknown>;
}

/** The labels in force; those of a project are changed there. */
export function TaskLabels({ task, onSave }: TaskLabelsProps) {
  const id = task.id ?? 0;
  const queries = useQueryClient();
  const [draft, setDraft] = useState<readonly LabelDraft[] | null>(null);
  const [saving, setSaving] = useState(false);
  const labels = useQuery({ queryKey: keys.taskLabels(id), queryFn: () => fetchLabels({ task_id: id }) });
  const saved = (labels.data ?? []).map(toDraft);
  const save = async () => {
    if (draft === null) return;
    setSaving(true);
    try {
      await onSave(labelChanges(saved, draft));
      await queries.invalidateQueries({ queryKey: keys.taskLabels(id) });
      setDraft(null);
    } catch {
      // The mutation has told why; the draft stays for another try.
    } finally {
      setSaving(false);
    }
  };
  return (
    <Stack gap="xs" component="section">
      <Group gap="xs">
        <Title order={2} size="h5">
          Labels
        </Title>
        {draft === null && task.project_id == null && labels.data && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPencil size={15} aria-hidden />}
            onClick={() => setDraft(saved)}
          >
            Edit labels
          </Button>
        )}
      </Group>
      {labels.isError && <ErrorState error={labels.error} onRetry={() => void labels.refetch()} />}
      {draft === null ? (
        <LabelChips labels={labels.data ?? []} />
      ) : (
        <>
          <LabelEditor labels={draft} onChange={setDraft} confirmRemoval={askRemoval} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="xs" onClick={() => setDraft(null)}>
              Cancel
            </Button>
            <Button
              size="xs"
              loading={saving}
              disabled={JSON.stringify(draft) === JSON.stringify(saved)}
              onClick={() => void save()}
            >
              Save labels
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

function LabelChips({ labels }: { labels: readonly Label[] }) {
  if (labels.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No labels yet. Objects need a label, so add one before you annotate.
      </Text>
    );
  return (
    <Group gap={8} component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Labels">
      {labels.map((label) => (
        <li key={label.id}>
          <LabelChip name={label.name} color={label.color} />
        </li>
      ))}
    </Group>
  );
}

function askRemoval(label: LabelDraft, proceed: () => void): void {
  confirmDeletion({
    title: `Delete the label “${label.name}”?`,
    text: 'All annotations of this label are lost when the labels are saved.',
    onConfirm: proceed,
  });
}

const toDraft = (label: Label): LabelDraft => ({
  id: label.id ?? 0,
  name: label.name,
  color: label.color ?? '',
  type: label.type ?? 'any',
  attributes: (label.attributes ?? []).map((attribute) => ({
    id: attribute.id ?? 0,
    name: attribute.name,
    mutable: attribute.mutable,
    input_type: attribute.input_type,
    default_value: attribute.default_value ?? '',
    values: attribute.values ?? [],
  })),
});

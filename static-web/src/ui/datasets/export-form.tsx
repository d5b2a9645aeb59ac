import { Alert, Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { startExport } from '@/api/datasets';
import { errorMessage } from '@/api/errors';
import { downloadResult, followRequest } from '@/ui/follow-request';
import type { DatasetSubject } from './dialogs';
import { FormatSelect } from './format-select';

export function ExportForm({ subject, onDone }: { subject: DatasetSubject; onDone: () => void }) {
  const [format, setFormat] = useState<string | null>(null);
  const [saveImages, setSaveImages] = useState(false);
  const [filename, setFilename] = useState('');
  const start = useMutation({
    mutationFn: () =>
      startExport(subject.kind, subject.id, { format: format ?? '', saveImages, filename: filename.trim() }),
    onSuccess: (rqId) => {
      onDone();
      void followRequest({
        rqId,
        subject: `Export of ${subject.name}`,
        queries: subject.queries,
        onFinished: (request) => {
          if (request.result_url) downloadResult(request.result_url);
        },
      });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (format !== null) start.mutate();
      }}
      data-testid="cvat-modal-export-job"
    >
      <Stack>
        {start.isError && (
          <Alert color="red" role="alert">
            {errorMessage(start.error)}
          </Alert>
        )}
        <FormatSelect
          direction="exporters"
          dimension={subject.dimension}
          value={format}
          onChange={setFormat}
        />
        <Switch
          label="Save images"
          description="Off: annotations only"
          checked={saveImages}
          onChange={(event) => setSaveImages(event.currentTarget.checked)}
        />
        <TextInput
          label="Name of the file"
          placeholder="The server's own"
          value={filename}
          onChange={(event) => setFilename(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={start.isPending} disabled={format === null}>
            Export
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

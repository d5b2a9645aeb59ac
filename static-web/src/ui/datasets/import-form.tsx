import { Alert, Button, FileInput, Group, Progress, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { finishImport, importSmallFile } from '@/api/datasets';
import { errorMessage } from '@/api/errors';
import { keys } from '@/api/keys';
import { followRequest } from '@/ui/follow-request';
import type { DatasetSubject } from './dialogs';
import { FormatSelect } from './format-select';

const SMALL_BYTES = 8 * 1024 * 1024;

export function ImportForm({ subject, onDone }: { subject: DatasetSubject; onDone: () => void }) {
  const [format, setFormat] = useState<string | null>(null);
  const [extensions, setExtensions] = useState<readonly string[]>([]);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const { queries } = subject;
  const start = useMutation({
    mutationFn: () => sendFile(subject, format ?? '', file as File, setSent),
    onSuccess: (rqId) => {
      onDone();
      void followRequest({
        rqId,
        subject: `Upload of annotations to ${subject.name}`,
        queries,
        onFinished: () => {
          void queries.invalidateQueries({ queryKey: keys.tasks });
          void queries.invalidateQueries({ queryKey: keys.jobs });
        },
      });
    },
  });
  const wrongKind =
    file !== null &&
    extensions.length > 0 &&
    !extensions.some((extension) => file.name.toLowerCase().endsWith(extension));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate();
      }}
      data-testid="cvat-modal-import-dataset"
    >
      <Stack>
        {start.isError && (
          <Alert color="red" role="alert">
            {errorMessage(start.error)}
          </Alert>
        )}
        <Alert color="yellow">Annotations that are there already will be replaced.</Alert>
        <FormatSelect
          direction="importers"
          dimension={subject.dimension}
          value={format}
          onChange={(name, ends) => {
            setFormat(name);
            setExtensions(ends);
          }}
        />
        <FileInput
          label="File"
          required
          placeholder="Choose a file"
          value={file}
          onChange={setFile}
          {...(extensions.length > 0 ? { accept: extensions.join(',') } : {})}
          error={wrongKind ? `This format takes ${extensions.join(' or ')}` : null}
        />
        {start.isPending && file !== null && (
          <Progress value={(sent / file.size) * 100} aria-label="Upload" />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={start.isPending}
            disabled={format === null || file === null || wrongKind}
          >
            Upload
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

async function sendFile(
  subject: DatasetSubject,
  format: string,
  file: File,
  onBytes: (sent: number) => void,
): Promise<string> {
  if (file.size <= SMALL_BYTES) return importSmallFile(subject.kind, subject.id, format, file);
  const { uploadFile } = await import('@/api/upload');
  const endpoint = `/api/${subject.kind}/${subject.id}/annotations/`;
  const stored = await uploadFile(endpoint, { path: file.name, file }, onBytes, new AbortController().signal);
  return finishImport(subject.kind, subject.id, format, stored);
}

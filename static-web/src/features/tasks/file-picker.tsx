import '@mantine/dropzone/styles.css';
import { Button, Group, Stack, Text } from '@mantine/core';
import { Dropzone, type FileWithPath } from '@mantine/dropzone';
import { IconCloudUpload } from '@tabler/icons-react';
import type { NamedFile } from '@/api/upload';
import { formatBytes, plural } from '@/lib/format';

interface FilePickerProps {
  readonly files: readonly NamedFile[];
  readonly onChange: (files: readonly NamedFile[]) => void;
  readonly error: string | null;
  readonly disabled: boolean;
}

const LISTED = 4;

/** Files by click or drop; a dropped folder keeps its relative paths. */
export function FilePicker({ files, onChange, error, disabled }: FilePickerProps) {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <Stack gap="xs">
      <Dropzone
        onDrop={(dropped) =>
          onChange([...files, ...dropped.map((file) => ({ path: relativePath(file), file }))])
        }
        disabled={disabled}
        multiple
        style={error ? { borderColor: 'var(--mantine-color-error)' } : {}}
        inputProps={{ 'aria-label': 'Files of the task' }}
        data-testid="cvat-file-selector"
      >
        <Group justify="center" gap="md" mih={110} style={{ pointerEvents: 'none' }}>
          <IconCloudUpload size={42} stroke={1.4} aria-hidden />
          <div>
            <Text fw={600}>Click or drop files here</Text>
            <Text size="sm" c="dimmed">
              Several pictures, or one zip of pictures
            </Text>
          </div>
        </Group>
      </Dropzone>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      {files.length > 0 && (
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <FileNames files={files} />
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {formatBytes(bytes)}
            </Text>
            <Button size="compact-sm" variant="subtle" disabled={disabled} onClick={() => onChange([])}>
              Remove all
            </Button>
          </Group>
        </Group>
      )}
    </Stack>
  );
}

function FileNames({ files }: { files: readonly NamedFile[] }) {
  const names = (
    <ul
      style={{
        margin: 0,
        paddingInlineStart: 18,
        maxHeight: 220,
        overflow: 'auto',
        overflowWrap: 'anywhere',
      }}
    >
      {files.slice(0, 500).map(({ path, file }) => (
        <li key={`${path} ${file.size} ${file.lastModified}`}>{path}</li>
      ))}
    </ul>
  );
  if (files.length <= LISTED)
    return (
      <Text size="sm" component="div">
        {names}
      </Text>
    );
  return (
    <Text size="sm" component="details">
      <summary style={{ cursor: 'pointer' }}>{plural(files.length, 'file')} selected</summary>
      {names}
    </Text>
  );
}

const relativePath = (file: FileWithPath): string => (file.path || file.name).replace(/^(\.?[\\/])+/, '');

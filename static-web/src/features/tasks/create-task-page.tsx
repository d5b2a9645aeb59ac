import {
  Accordion,
  Alert,
  Button,
  Container,
  Fieldset,
  Group,
  Progress,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useBlocker, useNavigate } from 'react-router';
import { ApiError, errorMessage } from '@/api/errors';
import type { NamedFile } from '@/api/upload';
import { formatBytes } from '@/lib/format';
import type { LabelDraft } from '@/lib/labels';
import { AppLink } from '@/ui/app-link';
import { LabelEditor } from '@/ui/labels/label-editor';
import { notifySuccess } from '@/ui/notify';
import { useTitle } from '@/ui/use-title';
import { AdvancedFields } from './advanced-fields';
import {
  ADVANCED_FIELDS,
  type CreateTaskValues,
  EMPTY_VALUES,
  fileProblem,
  validateTask,
} from './create-task-rules';
import { FilePicker } from './file-picker';
import { type CreationPhase, useTaskCreation } from './use-task-creation';

/** Fields of the API's answer and the fields of this form that show their errors. */
const WIRE_FIELDS: Readonly<Record<string, keyof CreateTaskValues>> = {
  name: 'name',
  segment_size: 'segmentSize',
  overlap: 'overlap',
  image_quality: 'quality',
  start_frame: 'startFrame',
  stop_frame: 'stopFrame',
  frame_filter: 'frameStep',
  chunk_size: 'chunkSize',
  sorting_method: 'sorting',
};

export function CreateTaskPage() {
  useTitle('Create a task');
  const navigate = useNavigate();
  const form = useForm<CreateTaskValues>({ initialValues: EMPTY_VALUES, validate: validateTask as never });
  const [labels, setLabels] = useState<readonly LabelDraft[]>([]);
  const [files, setFiles] = useState<readonly NamedFile[]>([]);
  const [tried, setTried] = useState(false);
  const [opened, setOpened] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const { phase, create, cancel } = useTaskCreation();
  const busy = phase.kind !== 'idle';
  const nameField = useRef<HTMLInputElement>(null);
  useLeaveQuestion(phase.kind === 'uploading');

  const filesError =
    files.length === 0
      ? tried
        ? 'Choose at least one file'
        : null
      : fileProblem(files.map(({ path }) => path));
  const unfold = (fields: readonly string[]) => {
    if (fields.some((field) => ADVANCED_FIELDS.includes(field as never))) setOpened('advanced');
  };
  const submit = async (after: 'open' | 'continue') => {
    setTried(true);
    setFailure(null);
    const { hasErrors, errors } = form.validate();
    unfold(Object.keys(errors));
    if (hasErrors || files.length === 0 || filesError !== null) return;
    try {
      const id = await create(form.getValues(), labels, files);
      notifySuccess(
        <>
          Task <AppLink to={`/tasks/${id}`}>#{id}</AppLink> is ready.
        </>,
      );
      if (after === 'open') return await navigate(`/tasks/${id}`);
      form.reset();
      setFiles([]);
      setTried(false);
      nameField.current?.focus();
    } catch (error) {
      setFailure(error);
      if (error instanceof ApiError) showFieldErrors(error);
    }
  };
  const showFieldErrors = (error: ApiError) => {
    const shown = Object.entries(error.fields).flatMap(([field, text]) =>
      WIRE_FIELDS[field] ? [[WIRE_FIELDS[field], text] as const] : [],
    );
    form.setErrors(Object.fromEntries(shown));
    unfold(shown.map(([field]) => field));
  };

  return (
    <Container size="sm" py="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit('open');
        }}
      >
        <Stack>
          <Title order={1} size="h2">
            Create a task
          </Title>
          <Fieldset disabled={busy} variant="unstyled">
            <Stack>
              <Stack className="app-card" p="md">
                <TextInput
                  label="Name"
                  required
                  maxLength={256}
                  autoFocus
                  ref={nameField}
                  {...form.getInputProps('name')}
                />
                <Section title="Labels">
                  <LabelEditor labels={labels} onChange={setLabels} />
                </Section>
                <Section title="Files">
                  <FilePicker files={files} onChange={setFiles} error={filesError} disabled={busy} />
                </Section>
              </Stack>
              <Accordion variant="separated" value={opened} onChange={setOpened} order={2}>
                <Accordion.Item value="advanced" className="app-card">
                  <Accordion.Control>Advanced</Accordion.Control>
                  <Accordion.Panel>
                    <AdvancedFields form={form} />
                  </Accordion.Panel>
                </Accordion.Item>
              </Accordion>
            </Stack>
          </Fieldset>
          {failure !== null && (
            <Alert color="red" title="The task was not created" role="alert">
              <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                {errorMessage(failure)}
              </Text>
            </Alert>
          )}
          {busy ? (
            <CreationProgress phase={phase} onCancel={cancel} />
          ) : (
            <Group justify="flex-end">
              <Button variant="default" onClick={() => void submit('continue')}>
                Submit &amp; Continue
              </Button>
              <Button type="submit">Submit &amp; Open</Button>
            </Group>
          )}
        </Stack>
      </form>
    </Container>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap={6} component="section">
      <Title order={2} size="sm" fw={600}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function CreationProgress({ phase, onCancel }: { phase: CreationPhase; onCancel: () => void }) {
  if (phase.kind === 'idle') return null;
  const share = phase.kind === 'uploading' ? phase.sentBytes / Math.max(1, phase.totalBytes) : phase.share;
  const percent = Math.round(share * 100);
  const text =
    phase.kind === 'uploading'
      ? `Uploading ${percent} % (${formatBytes(phase.sentBytes)} of ${formatBytes(phase.totalBytes)})`
      : `${phase.text} · ${percent} %`;
  return (
    <Group className="app-card" p="md" wrap="nowrap" data-testid="cvat-create-task-progress">
      <Stack gap={6} style={{ flex: 1 }}>
        <Text size="sm" role="status">
          {text}
        </Text>
        <Progress value={percent} animated aria-label="Creating the task" />
      </Stack>
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
    </Group>
  );
}

/** Leaving while files are on their way loses them; the browser and the router both ask. */
function useLeaveQuestion(active: boolean): void {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => active && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    if (window.confirm('The upload is not finished. Leave and lose it?')) blocker.proceed();
    else blocker.reset();
  }, [blocker]);
  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [active]);
}

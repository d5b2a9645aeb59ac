import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { QueryClient } from '@tanstack/react-query';
import { sameOrigin } from '@/api/client';
import { errorMessage } from '@/api/errors';
import { keys } from '@/api/keys';
import { failureText, waitForRequest } from '@/api/requests';
import type { BackgroundRequest } from '@/api/types';
import { AppLink } from './app-link';

/** Starts the browser's own download; the file never passes through this page's memory. */
export function downloadResult(resultUrl: string): void {
  const link = document.createElement('a');
  link.href = sameOrigin(resultUrl);
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}

/** Long enough to reach the button; afterwards the file waits among the requests. */
const READY_MS = 15_000;
const SHORT_MS = 5000;

interface FollowOptions {
  readonly rqId: string;
  /** "Export of Task #12": opens every sentence. */
  readonly subject: string;
  readonly queries: QueryClient;
  readonly onFinished?: (request: BackgroundRequest) => void;
}

/** Keeps one notification about a background request until it is over, whatever page is open meanwhile. */
export async function followRequest({ rqId, subject, queries, onFinished }: FollowOptions): Promise<void> {
  const id = `request-${rqId}`;
  notifications.show({
    id,
    loading: true,
    autoClose: false,
    title: `${subject} started`,
    message: <RequestsLink />,
  });
  void queries.invalidateQueries({ queryKey: keys.requests });
  try {
    const request = await waitForRequest(rqId, (state) =>
      notifications.update(progressNote(id, subject, state)),
    );
    if (request.status === 'failed') throw new Error(failureText(request));
    notifications.update({
      id,
      loading: false,
      color: 'teal',
      autoClose: request.result_url ? READY_MS : SHORT_MS,
      title: `${subject} is ready`,
      message: <ReadyMessage url={request.result_url ?? null} />,
    });
    onFinished?.(request);
  } catch (error) {
    notifications.update({
      id,
      loading: false,
      color: 'red',
      autoClose: false,
      title: `${subject} failed`,
      message: (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {errorMessage(error)}
        </Text>
      ),
    });
  } finally {
    void queries.invalidateQueries({ queryKey: keys.requests });
  }
}

function progressNote(id: string, subject: string, request: BackgroundRequest) {
  const percent = Math.round((request.progress ?? 0) * 100);
  const title = request.status === 'queued' ? `${subject} is queued` : `${subject}: ${percent} %`;
  return { id, loading: true, autoClose: false as const, title, message: <RequestsLink /> };
}

function RequestsLink() {
  return (
    <AppLink to="/requests" size="sm">
      See all requests
    </AppLink>
  );
}

function ReadyMessage({ url }: { url: string | null }) {
  if (url === null) return <RequestsLink />;
  return (
    <Stack gap={6} align="flex-start">
      <Text size="sm">The download starts by itself.</Text>
      <Button size="compact-sm" variant="light" onClick={() => downloadResult(url)}>
        Download again
      </Button>
      <RequestsLink />
    </Stack>
  );
}

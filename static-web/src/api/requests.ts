import { api, body } from './client';
import type { BackgroundRequest, Page } from './types';

export const fetchRequests = (query: { page: number; page_size: number }): Promise<Page<BackgroundRequest>> =>
  body(api.GET('/api/requests', { params: { query } })) as Promise<Page<BackgroundRequest>>;

export const fetchRequest = (id: string): Promise<BackgroundRequest> =>
  body(api.GET('/api/requests/{id}', { params: { path: { id } } }));

export async function cancelRequest(id: string): Promise<void> {
  await api.POST('/api/requests/{id}/cancel', { params: { path: { id } } });
}

export const isOver = (request: BackgroundRequest): boolean =>
  request.status === 'finished' || request.status === 'failed';

/** The failure without the exception class that some servers put in front of it. */
export const failureText = (request: BackgroundRequest): string =>
  (request.message ?? '').replace(/^[\w.]+(?:Error|Exception):\s*/, '').trim() ||
  'The server gave no reason.';

const POLL_MS = 1000;

/**
 * Asks for a request until it is over, telling each state; the pause grows to three seconds.
 * Throws ApiError when it vanishes, and the signal's reason when it is aborted.
 */
export async function waitForRequest(
  id: string,
  onProgress: (request: BackgroundRequest) => void,
  signal?: AbortSignal,
): Promise<BackgroundRequest> {
  for (let pause = POLL_MS / 4; ; pause = Math.min(pause * 1.5, POLL_MS * 3)) {
    const request = await fetchRequest(id);
    signal?.throwIfAborted();
    onProgress(request);
    if (isOver(request)) return request;
    await new Promise((resolve) => setTimeout(resolve, pause));
    signal?.throwIfAborted();
  }
}

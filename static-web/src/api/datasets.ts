import { api, body, csrfHeaders, send } from './client';
import { ApiError, parseApiError } from './errors';
import type { DatasetFormat } from './types';

export interface Formats {
  readonly importers: readonly DatasetFormat[];
  readonly exporters: readonly DatasetFormat[];
}

export const fetchFormats = (): Promise<Formats> =>
  body(api.GET('/api/server/annotation/formats')) as Promise<Formats>;

export interface ExportOptions {
  readonly format: string;
  readonly saveImages: boolean;
  /** Name of the download; empty: the server's. */
  readonly filename: string;
}

/**
 * Starts an export and names its background request.
 * One that runs already is joined: the answer then is 409 with the same id, so the response is read here and not by the typed client.
 */
export async function startExport(
  kind: 'tasks' | 'jobs',
  id: number,
  options: ExportOptions,
): Promise<string> {
  const query = new URLSearchParams({ format: options.format, save_images: String(options.saveImages) });
  if (options.filename !== '') query.set('filename', options.filename);
  query.set('location', 'local');
  const response = await fetch(`/api/${kind}/${id}/dataset/export?${query}`, {
    method: 'POST',
    headers: { Accept: 'application/vnd.cvat+json', ...csrfHeaders() },
  });
  if (response.status === 409) {
    const running: unknown = await response.json().catch(() => null);
    const id = (running as { rq_id?: string } | null)?.rq_id;
    if (id !== undefined) return id;
    throw new ApiError(409, 'This export is running already: see Requests.');
  }
  if (!response.ok) {
    throw parseApiError(response.status, await response.text());
  }
  return ((await response.json()) as { rq_id: string }).rq_id;
}

/** Sends an annotation file in one part; for small ones. */
export async function importSmallFile(
  kind: 'tasks' | 'jobs',
  id: number,
  format: string,
  file: File,
): Promise<string> {
  const form = new FormData();
  form.set('annotation_file', file, file.name);
  const query = new URLSearchParams({ format });
  const response = await send(`/api/${kind}/${id}/annotations/?${query}`, { method: 'POST', body: form });
  return ((await response.json()) as { rq_id: string }).rq_id;
}

/** Ends an upload in pieces to the annotations' address. */
export async function finishImport(
  kind: 'tasks' | 'jobs',
  id: number,
  format: string,
  filename: string,
): Promise<string> {
  const query = new URLSearchParams({ format, filename });
  const response = await send(`/api/${kind}/${id}/annotations/?${query}`, {
    method: 'POST',
    headers: { 'Upload-Finish': 'true' },
  });
  return ((await response.json()) as { rq_id: string }).rq_id;
}

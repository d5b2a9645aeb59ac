import { api, body, send } from './client';
import type { DataMeta, Label, LabelWrite, ListQuery, Page, Task } from './types';

export const fetchTasks = (query: ListQuery): Promise<Page<Task>> =>
  body(api.GET('/api/tasks', { params: { query } })) as Promise<Page<Task>>;

export const fetchTask = (id: number): Promise<Task> =>
  body(api.GET('/api/tasks/{id}', { params: { path: { id } } }));

export interface TaskDraft {
  readonly name: string;
  readonly labels: LabelWrite[];
  readonly segment_size?: number;
  readonly overlap?: number;
}

export const createTask = (draft: TaskDraft): Promise<Task> =>
  body(api.POST('/api/tasks', { body: draft as never })) as Promise<Task>;

export interface TaskChange {
  readonly name?: string;
  readonly assignee_id?: number | null;
  readonly labels?: LabelWrite[];
}

export const updateTask = (id: number, change: TaskChange): Promise<Task> =>
  body(api.PATCH('/api/tasks/{id}', { params: { path: { id } }, body: change as never })) as Promise<Task>;

export async function deleteTask(id: number): Promise<void> {
  await api.DELETE('/api/tasks/{id}', { params: { path: { id } } });
}

/** The labels in force for a task or a job, those of the project included. */
export async function fetchLabels(
  owner: { task_id: number } | { job_id: number },
): Promise<readonly Label[]> {
  const query = { ...owner, page_size: 500 };
  const page = (await body(api.GET('/api/labels', { params: { query } }))) as Page<Label>;
  return page.results;
}

export const fetchTaskMeta = (id: number): Promise<DataMeta> =>
  body(api.GET('/api/tasks/{id}/data/meta', { params: { path: { id } } }));

/** Where the small picture of a task is; the moment of change breaks the browser's cache. */
export const taskPreviewUrl = (task: Task): string =>
  `/api/tasks/${task.id}/preview?at=${encodeURIComponent(task.updated_date ?? '')}`;

/** How the files of a new task become frames. */
export interface DataOptions {
  /** 1 to 100. */
  readonly image_quality: number;
  readonly sorting_method: string;
  readonly upload_file_order?: readonly string[];
  readonly start_frame?: number;
  readonly stop_frame?: number;
  readonly frame_filter?: string;
  readonly chunk_size?: number;
  readonly use_cache: boolean;
  readonly use_zip_chunks: boolean;
}

export async function startUpload(taskId: number): Promise<void> {
  await send(`/api/tasks/${taskId}/data/`, { method: 'POST', headers: { 'Upload-Start': 'true' } });
}

/** Ends the upload; the answer names the background request that makes frames of it. */
export async function finishUpload(taskId: number, options: DataOptions): Promise<string> {
  const response = await send(`/api/tasks/${taskId}/data/`, {
    method: 'POST',
    headers: { 'Upload-Finish': 'true', 'Content-Type': 'application/json' },
    body: JSON.stringify(options),
  });
  return ((await response.json()) as { rq_id: string }).rq_id;
}

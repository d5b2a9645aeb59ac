import { api, body, send } from './client';
import type { DataMeta, Job, JobStage, JobState, LabeledData, ListQuery, Page } from './types';

export const fetchJobs = (query: ListQuery): Promise<Page<Job>> =>
  body(api.GET('/api/jobs', { params: { query } })) as Promise<Page<Job>>;

/** All jobs of a task in order of their frames, page by page. */
export async function fetchTaskJobs(taskId: number): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (let page = 1; ; page++) {
    const query = { task_id: taskId, page, page_size: 100, sort: 'id' };
    const answer = (await body(api.GET('/api/jobs', { params: { query } }))) as Page<Job>;
    jobs.push(...answer.results);
    if (jobs.length >= answer.count || answer.results.length === 0) return jobs;
  }
}

export const fetchJob = (id: number): Promise<Job> =>
  body(api.GET('/api/jobs/{id}', { params: { path: { id } } }));

export interface JobChange {
  /** User id; null for nobody. */
  readonly assignee?: number | null;
  readonly stage?: JobStage;
  readonly state?: JobState;
}

export const updateJob = (id: number, change: JobChange): Promise<Job> =>
  body(api.PATCH('/api/jobs/{id}', { params: { path: { id } }, body: change }));

export const fetchJobMeta = (id: number): Promise<DataMeta> =>
  body(api.GET('/api/jobs/{id}/data/meta', { params: { path: { id } } }));

export const fetchJobAnnotations = (id: number): Promise<LabeledData> =>
  body(api.GET('/api/jobs/{id}/annotations/', { params: { path: { id } } }));

export const jobPreviewUrl = (job: Job): string =>
  `/api/jobs/${job.id}/preview?at=${encodeURIComponent(job.updated_date ?? '')}`;

/** One frame as a picture; the frame number counts within the task. */
export async function fetchJobFrame(jobId: number, frame: number, signal: AbortSignal): Promise<Blob> {
  const response = await send(`/api/jobs/${jobId}/data?type=frame&quality=compressed&number=${frame}`, {
    headers: { Accept: '*/*' },
    signal,
  });
  return response.blob();
}

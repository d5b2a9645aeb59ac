import type { BackgroundRequest } from '@/api/types';

const OPERATIONS: Readonly<Record<string, string>> = {
  'create:task': 'Create task',
  'import:annotations': 'Import annotations',
  'import:dataset': 'Import dataset',
  'import:backup': 'Restore backup',
  'export:annotations': 'Export annotations',
  'export:dataset': 'Export dataset',
  'export:backup': 'Export backup',
  'export:events': 'Export events',
  'autoannotate:task': 'Automatic annotation',
  'calculate:quality': 'Quality report',
  'merge:task': 'Merge task',
  'merge:job': 'Merge job',
};

export const operationName = (request: BackgroundRequest): string =>
  OPERATIONS[request.operation.type] ?? request.operation.type;

/** What the request works on, and its page where there is one. */
export function requestTarget(request: BackgroundRequest): {
  readonly text: string;
  readonly to: string | null;
} {
  const { target, task_id, job_id, project_id } = request.operation;
  if (target === 'job' && job_id != null)
    return { text: `Job #${job_id}`, to: task_id == null ? null : `/tasks/${task_id}/jobs/${job_id}` };
  if (target === 'task' && task_id != null) return { text: `Task #${task_id}`, to: `/tasks/${task_id}` };
  if (target === 'project' && project_id != null) return { text: `Project #${project_id}`, to: null };
  return { text: '', to: null };
}

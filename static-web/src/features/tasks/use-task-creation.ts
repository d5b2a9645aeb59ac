import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { keys } from '@/api/keys';
import { failureText, waitForRequest } from '@/api/requests';
import { createTask, deleteTask, finishUpload, startUpload } from '@/api/tasks';
import { type NamedFile, uploadFiles } from '@/api/upload';
import type { LabelDraft } from '@/lib/labels';
import { type CreateTaskValues, toDataOptions, toTaskDraft } from './create-task-rules';

export type CreationPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'uploading'; readonly sentBytes: number; readonly totalBytes: number }
  /** `share` is 0 to 1. */
  | { readonly kind: 'preparing'; readonly share: number; readonly text: string };

/** The way from a filled form to a task with frames. A failure removes the half-made task and is thrown. */
export function useTaskCreation() {
  const queries = useQueryClient();
  const [phase, setPhase] = useState<CreationPhase>({ kind: 'idle' });
  const abort = useRef<AbortController | null>(null);

  const create = async (
    values: CreateTaskValues,
    labels: readonly LabelDraft[],
    files: readonly NamedFile[],
  ): Promise<number> => {
    const controller = new AbortController();
    abort.current = controller;
    const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
    setPhase({ kind: 'uploading', sentBytes: 0, totalBytes });
    let taskId: number | null = null;
    try {
      const task = await createTask(toTaskDraft(values, labels));
      taskId = task.id ?? 0;
      await startUpload(taskId);
      await uploadFiles(
        `/api/tasks/${taskId}/data/`,
        files,
        (sentBytes) => setPhase({ kind: 'uploading', sentBytes, totalBytes }),
        controller.signal,
      );
      const names = files.map(({ path }) => path);
      const rqId = await finishUpload(taskId, toDataOptions(values, names));
      setPhase({ kind: 'preparing', share: 0, text: 'Queued' });
      const request = await waitForRequest(
        rqId,
        (state) =>
          setPhase({
            kind: 'preparing',
            share: state.progress ?? 0,
            text: state.status === 'queued' ? 'Queued' : state.message || 'Preparing data',
          }),
        controller.signal,
      );
      if (request.status === 'failed') throw new Error(failureText(request));
      return taskId;
    } catch (error) {
      if (taskId !== null) await deleteTask(taskId).catch(() => undefined);
      throw error;
    } finally {
      setPhase({ kind: 'idle' });
      abort.current = null;
      void queries.invalidateQueries({ queryKey: keys.tasks });
      void queries.invalidateQueries({ queryKey: keys.requests });
    }
  };

  return { phase, create, cancel: () => abort.current?.abort(new Error('The upload was stopped.')) };
}

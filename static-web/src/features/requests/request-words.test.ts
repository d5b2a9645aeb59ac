import { expect, test } from 'vitest';
import type { BackgroundRequest } from '@/api/types';
import { operationName, requestTarget } from './request-words';

const request = (operation: object) => ({ operation }) as BackgroundRequest;

test('operations have words, and unknown ones their own name', () => {
  expect(operationName(request({ type: 'create:task' }))).toBe('Create task');
  expect(operationName(request({ type: 'dream:sheep' }))).toBe('dream:sheep');
});

test('targets lead to their page where there is one', () => {
  expect(requestTarget(request({ target: 'task', task_id: 5 }))).toEqual({ text: 'Task #5', to: '/tasks/5' });
  expect(requestTarget(request({ target: 'job', task_id: 5, job_id: 9 }))).toEqual({
    text: 'Job #9',
    to: '/tasks/5/jobs/9',
  });
  expect(requestTarget(request({ target: 'project', project_id: 2 })).to).toBeNull();
  expect(requestTarget(request({ target: 'task', task_id: null })).to).toBeNull();
});

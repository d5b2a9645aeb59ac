import { expect, test } from 'vitest';
import { EMPTY_VALUES, fileProblem, toDataOptions, toTaskDraft, validateTask } from './create-task-rules';

const named = { ...EMPTY_VALUES, name: 'street' };

test('a name is all that is needed', () => {
  expect(validateTask(named)).toEqual({});
  expect(validateTask(EMPTY_VALUES)).toEqual({ name: 'Enter a name' });
});

test.each([
  [{ quality: 4 }, 'quality'],
  [{ quality: '' }, 'quality'],
  [{ segmentSize: 0 }, 'segmentSize'],
  [{ segmentSize: 5, overlap: 5 }, 'overlap'],
  [{ startFrame: 3, stopFrame: 2 }, 'stopFrame'],
  [{ frameStep: 1.5 }, 'frameStep'],
])('%j is refused at %s', (change, field) => {
  expect(Object.keys(validateTask({ ...named, ...change }))).toEqual([field]);
});

test('empty fields are left to the server', () => {
  expect(toTaskDraft(named, [])).toEqual({ name: 'street', labels: [] });
  expect(toDataOptions(named, ['a.png'])).toEqual({
    image_quality: 70,
    sorting_method: 'lexicographical',
    use_cache: true,
    use_zip_chunks: true,
  });
});

test('a predefined order is sent along, and a step as the filter of frames', () => {
  const options = toDataOptions({ ...named, sorting: 'predefined', frameStep: 5 }, ['b.png', 'a.png']);
  expect(options).toMatchObject({ upload_file_order: ['b.png', 'a.png'], frame_filter: 'step=5' });
});

test.each([
  [['a.png', 'b.jpg'], true],
  [['a.zip'], true],
  [['a.zip', 'b.zip'], false],
  [['a.zip', 'b.png'], false],
  [['a.mp4', 'b.png'], false],
  [['a.png', 'a.png'], false],
])('%j makes one task: %s', (paths, fits) => {
  expect(fileProblem(paths) === null).toBe(fits);
});

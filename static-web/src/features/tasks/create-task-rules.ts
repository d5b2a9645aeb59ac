import type { DataOptions, TaskDraft } from '@/api/tasks';
import { type LabelDraft, labelToWire } from '@/lib/labels';

export const SORTING = ['lexicographical', 'natural', 'predefined', 'random'] as const;

/** The form as it is typed; empty number fields are empty strings. */
export interface CreateTaskValues {
  readonly name: string;
  readonly sorting: (typeof SORTING)[number];
  readonly quality: number | string;
  readonly segmentSize: number | string;
  readonly overlap: number | string;
  readonly startFrame: number | string;
  readonly stopFrame: number | string;
  readonly frameStep: number | string;
  readonly chunkSize: number | string;
  readonly useCache: boolean;
  readonly useZipChunks: boolean;
}

export const EMPTY_VALUES: CreateTaskValues = {
  name: '',
  sorting: 'lexicographical',
  quality: 70,
  segmentSize: '',
  overlap: '',
  startFrame: '',
  stopFrame: '',
  frameStep: '',
  chunkSize: '',
  useCache: true,
  useZipChunks: true,
};

/** Fields of the folded section; an error in one of them opens it. */
export const ADVANCED_FIELDS: readonly (keyof CreateTaskValues)[] = [
  'quality',
  'segmentSize',
  'overlap',
  'startFrame',
  'stopFrame',
  'frameStep',
  'chunkSize',
];

type Errors = Partial<Record<keyof CreateTaskValues, string>>;

/** Every mistake in the form, by field, in words that say what to do. */
export function validateTask(values: CreateTaskValues): Errors {
  const errors: Errors = {};
  const name = values.name.trim();
  if (name === '') errors.name = 'Enter a name';
  else if (name.length > 256) errors.name = 'Use at most 256 characters';
  whole(values, 'quality', 5, 100, errors, true);
  whole(values, 'segmentSize', 1, null, errors);
  whole(values, 'overlap', 0, null, errors);
  whole(values, 'startFrame', 0, null, errors);
  whole(values, 'stopFrame', 0, null, errors);
  whole(values, 'frameStep', 1, null, errors);
  whole(values, 'chunkSize', 1, null, errors);
  const { segmentSize, overlap, startFrame, stopFrame } = values;
  if (!errors.overlap && segmentSize !== '' && overlap !== '' && Number(overlap) >= Number(segmentSize))
    errors.overlap = 'Use less than the segment size';
  if (!errors.stopFrame && stopFrame !== '' && Number(stopFrame) < Number(startFrame || 0))
    errors.stopFrame = 'The stop frame comes before the start frame';
  return errors;
}

function whole(
  values: CreateTaskValues,
  field: keyof CreateTaskValues,
  min: number,
  max: number | null,
  errors: Errors,
  required = false,
): void {
  const text = values[field];
  if (text === '' && !required) return;
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= min && (max === null || value <= max)) return;
  errors[field] =
    max === null ? `Use a whole number from ${min}` : `Use a whole number from ${min} to ${max}`;
}

export function toTaskDraft(values: CreateTaskValues, labels: readonly LabelDraft[]): TaskDraft {
  return {
    name: values.name.trim(),
    labels: labels.map(labelToWire) as TaskDraft['labels'],
    ...(values.segmentSize === '' ? {} : { segment_size: Number(values.segmentSize) }),
    ...(values.overlap === '' ? {} : { overlap: Number(values.overlap) }),
  };
}

export function toDataOptions(values: CreateTaskValues, fileNames: readonly string[]): DataOptions {
  return {
    image_quality: Number(values.quality),
    sorting_method: values.sorting,
    use_cache: values.useCache,
    use_zip_chunks: values.useZipChunks,
    ...(values.sorting === 'predefined' ? { upload_file_order: fileNames } : {}),
    ...(values.startFrame === '' ? {} : { start_frame: Number(values.startFrame) }),
    ...(values.stopFrame === '' ? {} : { stop_frame: Number(values.stopFrame) }),
    ...(values.frameStep === '' ? {} : { frame_filter: `step=${Number(values.frameStep)}` }),
    ...(values.chunkSize === '' ? {} : { chunk_size: Number(values.chunkSize) }),
  };
}

const ARCHIVE = /\.(zip|7z|rar|tar|tgz|tar\.(gz|bz2|xz))$/i;
const VIDEO = /\.(mp4|avi|mov|mkv|webm|mpe?g|m4v|wmv|flv)$/i;
const PDF = /\.pdf$/i;

/** Why these files cannot be one task, or null. */
export function fileProblem(paths: readonly string[]): string | null {
  const archives = paths.filter((path) => ARCHIVE.test(path)).length;
  const videos = paths.filter((path) => VIDEO.test(path)).length;
  const documents = paths.filter((path) => PDF.test(path)).length;
  const pictures = paths.length - archives - videos - documents;
  const kinds = [archives, videos, documents, pictures].filter((count) => count > 0).length;
  if (kinds > 1) return 'Choose one archive, one video, one PDF or several pictures; they cannot be mixed.';
  if (archives > 1 || videos > 1 || documents > 1)
    return 'Choose one archive, one video or one PDF at a time.';
  return new Set(paths).size === paths.length ? null : 'Two files have the same name.';
}

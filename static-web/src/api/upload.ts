import * as tus from 'tus-js-client';
import { csrfHeaders } from './client';
import { ApiError, parseApiError } from './errors';

/** No request of an upload is longer, so that a broken line costs little. */
export const PIECE_BYTES = 8 * 1024 * 1024;

const PARALLEL_FILES = 4;
const RETRY_DELAYS_MS = [500, 1500, 4000];

export interface NamedFile {
  /** Path of the file inside the task, folders parted by slashes. */
  readonly path: string;
  readonly file: File;
}

/**
 * Uploads one file in pieces that continue after a break (tus 1.0 in the contract's dialect: the address of creation is the resource's own).
 * Gives back the name under which the server keeps it.
 */
export function uploadFile(
  endpoint: string,
  item: NamedFile,
  onBytes: (sent: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let stored = item.path;
    const upload = new tus.Upload(item.file, {
      endpoint,
      chunkSize: PIECE_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      storeFingerprintForResuming: false,
      metadata: { filename: item.path, filetype: item.file.type },
      onBeforeRequest(request) {
        for (const [name, value] of Object.entries(csrfHeaders())) request.setHeader(name, value);
      },
      onAfterResponse(_request, response) {
        stored = response.getHeader('Upload-Filename') ?? stored;
      },
      onProgress: onBytes,
      onSuccess: () => resolve(stored),
      onError: (error) => reject(toApiError(error, item.path)),
    });
    signal.addEventListener('abort', () => {
      void upload.abort();
      reject(signal.reason);
    });
    upload.start();
  });
}

/** Uploads many files, some at a time, and tells the sum of bytes that have arrived. The first failure ends it. */
export async function uploadFiles(
  endpoint: string,
  items: readonly NamedFile[],
  onBytes: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const sent = new Array<number>(items.length).fill(0);
  let total = 0;
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item === undefined) return;
      either.throwIfAborted();
      const place = index;
      await uploadFile(
        endpoint,
        item,
        (bytes) => {
          total += bytes - (sent[place] ?? 0);
          sent[place] = bytes;
          onBytes(total);
        },
        either,
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(PARALLEL_FILES, items.length) }, worker));
  } catch (error) {
    failure.abort(error);
    throw error;
  }
}

function toApiError(error: Error, path: string): ApiError {
  if (!(error instanceof tus.DetailedError) || !error.originalResponse)
    return new ApiError(0, `${path}: the upload broke off.`);
  const { originalResponse: response } = error;
  const parsed = parseApiError(response.getStatus(), response.getBody());
  return new ApiError(parsed.status, `${path}: ${parsed.message}`);
}

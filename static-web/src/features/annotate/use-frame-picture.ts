import { useEffect, useState } from 'react';
import { FrameStore } from './frame-store';

export interface FramePicture {
  readonly frame: number;
  readonly picture: ImageBitmap;
}

interface FrameLoading {
  /** What is to be shown: the frame that was asked for, or the one before until it is there. */
  readonly shown: FramePicture | null;
  readonly error: unknown;
  readonly retry: () => void;
}

export function useFramePicture(jobId: number, first: number, last: number, frame: number): FrameLoading {
  const [store, setStore] = useState<FrameStore | null>(null);
  const [shown, setShown] = useState<FramePicture | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    const made = new FrameStore(jobId, first, last);
    setStore(made);
    return () => made.dispose();
  }, [jobId, first, last]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks for the same frame again.
  useEffect(() => {
    if (store === null) return;
    let wanted = true;
    setError(null);
    store.show(frame).then(
      (picture) => wanted && setShown({ frame, picture }),
      (reason: unknown) => wanted && setError(reason),
    );
    return () => {
      wanted = false;
    };
  }, [store, frame, round]);

  return { shown, error, retry: () => setRound((old) => old + 1) };
}

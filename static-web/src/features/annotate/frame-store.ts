import { fetchJobFrame } from '@/api/jobs';

const CAPACITY = 24;
const AHEAD = 4;
const BEHIND = 1;

interface Entry {
  readonly picture: Promise<ImageBitmap>;
  readonly abort: AbortController;
  done: boolean;
}

/** The decoded pictures of a job around the frame that is looked at; the longest unused ones go first. */
export class FrameStore {
  private readonly entries = new Map<number, Entry>();

  constructor(
    private readonly jobId: number,
    private readonly firstFrame: number,
    private readonly lastFrame: number,
  ) {}

  /** The picture of a frame. Its neighbours are fetched after it, and what is no neighbour any more is not waited for. */
  async show(frame: number): Promise<ImageBitmap> {
    this.dropFarFrom(frame);
    const picture = await this.load(frame).picture;
    for (let distance = 1; distance <= AHEAD; distance++) {
      if (frame + distance <= this.lastFrame) this.prefetch(frame + distance);
      if (distance <= BEHIND && frame - distance >= this.firstFrame) this.prefetch(frame - distance);
    }
    return picture;
  }

  dispose(): void {
    for (const frame of [...this.entries.keys()]) this.drop(frame);
  }

  private prefetch(frame: number): void {
    // A neighbour that fails is asked again, and complained about, when it is shown.
    this.load(frame).picture.catch(() => undefined);
  }

  private load(frame: number): Entry {
    const known = this.entries.get(frame);
    if (known !== undefined) {
      this.entries.delete(frame);
      this.entries.set(frame, known);
      return known;
    }
    const abort = new AbortController();
    const entry: Entry = {
      abort,
      done: false,
      picture: fetchJobFrame(this.jobId, frame, abort.signal).then(async (blob) => {
        const picture = await createImageBitmap(blob);
        entry.done = true;
        return picture;
      }),
    };
    entry.picture.catch(() => {
      if (this.entries.get(frame) === entry) this.entries.delete(frame);
    });
    this.entries.set(frame, entry);
    this.shrink(frame);
    return entry;
  }

  private dropFarFrom(frame: number): void {
    for (const [other, entry] of [...this.entries])
      if (!entry.done && (other < frame - BEHIND || other > frame + AHEAD)) this.drop(other);
  }

  private shrink(keep: number): void {
    for (const frame of [...this.entries.keys()]) {
      if (this.entries.size <= CAPACITY) return;
      if (frame !== keep) this.drop(frame);
    }
  }

  private drop(frame: number): void {
    const entry = this.entries.get(frame);
    this.entries.delete(frame);
    entry?.abort.abort();
  }
}

"""The decoding that the reference's cached path does for the chunks of a video: from the key frame before each chunk to one frame past its end.

usage: cached_decode.py decode VIDEO OUTPUT_FOLDER; the same calls into PyAV as ../shared/bench/cvat_work.py, without an encoder behind.
"""

import sys

import av

CHUNK = 36
source = sys.argv[2]

keys, count = [], 0
with av.open(source) as container:
    for packet in container.demux(container.streams.video[0]):
        if packet.dts is None:
            continue
        if packet.is_keyframe:
            keys.append((count, packet.pts))
        count += 1

for start in range(0, count, CHUNK):
    stop = min(count, start + CHUNK)
    number, timestamp = [key for key in keys if key[0] <= start][-1]
    with av.open(source) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        container.seek(timestamp, stream=stream)
        frames = (frame for packet in container.demux(stream) for frame in packet.decode())
        kept = []
        for position, frame in enumerate(frames, number):
            if position >= stop:
                break
            if position >= start:
                kept.append(frame)

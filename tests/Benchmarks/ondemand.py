"""Chunks and frames on demand: a chunk costs the same wherever it is, a frame doesn't wait for its chunk, and what many ask for is built once."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import inputs
from measure import Report, cpu_seconds
from product import Product
from tasks import prepare

CHUNK = 36
CLIENTS = 50
HOUR_CHUNKS = 90_000 // CHUNK
SAME_PHASE = 125
"""After so many chunks of 36 frames a key frame every 250 frames stands at the same place of a chunk again."""


def ondemand(report: Report, scratch: Path) -> None:
    """A video of one hour and 300 pictures, both with `use_cache`."""
    product = Product(scratch / "ondemand").start()
    minute = inputs.video(gop=250, size="640x360", rate=25, has_noise=False)
    hour, _ = prepare(product, inputs.looped(minute, 60, scratch / "hour.mp4"), use_cache=True, use_zip_chunks=True)
    films, _ = prepare(product, scratch / "hour.mp4", use_cache=True)
    photos = [path.read_bytes() for path in sorted(inputs.pictures().iterdir())]
    names = [f"{index:04}.jpg" for index in range(len(photos))]
    album, _ = prepare(product, inputs.zipped(scratch / "album.zip", photos, names), use_cache=True)

    distance(report, product, hour)
    first_frames(report, product, album, "pictures", range(len(photos) // CHUNK), is_judged=True)
    first_frames(report, product, films, "video, MP4 chunks", range(1, HOUR_CHUNKS, HOUR_CHUNKS // 10), is_judged=False)
    first_frames(report, product, hour, "video, chunks of pictures", range(1200, 1210), is_judged=False)
    built_once(report, product, album, "pictures", [1, 2, 3], [4, 5, 6])
    built_once(report, product, hour, "video", [900, 901, 902], [910, 911, 912])
    product.stop()


def chunk(task: int, number: int) -> str:
    return f"/api/tasks/{task}/data?type=chunk&quality=compressed&number={number}"


def fetch(product: Product, path: str) -> float:
    """Seconds until the last byte."""
    began = time.perf_counter()
    answer = product.http("GET", path)
    assert answer.status == 200, answer.data[:300]
    return time.perf_counter() - began


def cost(product: Product, path: str, clients: int = 1) -> float:
    """CPU seconds of the product, with its children, for so many clients that ask at once."""
    before = cpu_seconds(product.process.pid, with_children=True)
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda _: fetch(product, path), range(clients)))
    return cpu_seconds(product.process.pid, with_children=True) - before


def distance(report: Report, product: Product, hour: int) -> None:
    """In turns, so that the neighbours on the machine disturb both alike."""
    far_away = SAME_PHASE * (HOUR_CHUNKS // SAME_PHASE - 1)
    for number in range(100, 105):  # so that the compiler has seen the path
        fetch(product, chunk(hour, number))
    near, far = [], []
    for number in range(1, 16):
        near.append(cost(product, chunk(hour, number)))
        far.append(cost(product, chunk(hour, far_away + number)))
    report.note(f"CPU s of a chunk: {statistics.fmean(near):.3f} at the beginning, {statistics.fmean(far):.3f} at the end of the hour")
    ratio = sum(far) / sum(near)
    report.figure("chunk at the end of a one-hour video over one at its beginning", f"{ratio:.2f} ×", "0.7–1.3 ×", 0.7 <= ratio <= 1.3)


def first_frames(report: Report, product: Product, task: int, name: str, chunks: range, is_judged: bool) -> None:
    """The first frame of chunks that nobody has asked for; the first of them only lets the compiler see the path."""
    seconds = [fetch(product, f"/api/tasks/{task}/data?type=frame&quality=compressed&number={number * CHUNK}") for number in chunks][1:]
    milliseconds = [value * 1000 for value in seconds]
    text = f"first frame of a cold chunk, {name}"
    if is_judged:
        report.figure(f"{text}, the slowest of {len(chunks) - 1}", f"{max(milliseconds):.0f} ms", "≤ 120 ms", max(milliseconds) <= 120)
    else:
        report.note(f"{text}: {statistics.median(milliseconds):.0f} ms, at most {max(milliseconds):.0f} ms")


def built_once(report: Report, product: Product, task: int, name: str, alone: list[int], crowded: list[int]) -> None:
    """Chunks that one client and chunks that many ask for; what it costs to send them is measured with the same chunks, once they are there."""
    build = sum(work(product, chunk(task, number), 1) for number in alone) / len(alone)
    builds = sum(work(product, chunk(task, number), CLIENTS) for number in crowded) / len(crowded)
    report.note(f"{name}: {build:.2f} CPU s to build a chunk for one, {builds:.2f} for {CLIENTS} at once")
    report.figure(f"chunk of {name} asked for by {CLIENTS} clients at once", f"{builds / build:.2f} builds", "≤ 1.5", builds / build <= 1.5)


def work(product: Product, path: str, clients: int) -> float:
    cold = cost(product, path, clients)
    return cold - cost(product, path, clients)

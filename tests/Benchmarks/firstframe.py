"""How long after the upload of a video its first frame is there, while the rest is still being prepared."""

from __future__ import annotations

import time
from pathlib import Path

import inputs
from measure import Report
from product import Product, eventually
from tasks import LONGEST, begin, new_task, send, state


def firstframe(report: Report, scratch: Path) -> None:
    """Ten minutes of 1280 × 720 at 30 frames a second, with chunks on demand and with prepared ones, each on a server of its own."""
    source = inputs.looped(inputs.video(gop=250), 10, scratch / "ten-minutes.mp4")
    for name, use_cache in (("chunks on demand", True), ("prepared chunks", False)):
        product = Product(scratch / name.replace(" ", "-")).start()
        task = new_task(product, name)
        send(product, task, source)
        began = time.perf_counter()
        rq_id = begin(product, task, use_cache=use_cache)
        eventually("the first frame is there", lambda: has_frame(product, task), LONGEST)
        seconds = time.perf_counter() - began
        report.note(f"{name}: the request is {state(product, rq_id)} when the first frame is there")
        report.figure(f"first frame of a 10-minute video, {name}", f"{seconds:.2f} s", "≤ 2 s", seconds <= 2)
        product.stop()


def has_frame(product: Product, task: int) -> bool:
    answer = product.http("GET", f"/api/tasks/{task}/data?type=frame&quality=compressed&number=0")
    assert answer.status in (200, 404), answer.data[:300]
    return answer.status == 200

"""Memory that doesn't grow with the data, and time that grows no faster: 4 GiB of pictures, two hours of video, 100,000 pictures."""

from __future__ import annotations

import itertools
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import inputs
from measure import Report
from product import Product
from tasks import Preparation, prepare

MOST_MIB = 150
SIZES = (1_000, 10_000, 100_000)


def bounded(report: Report, scratch: Path) -> None:
    """Each on a server of its own, which no other work has made larger."""
    on_a_new_server(scratch / "many", lambda product: many(report, product, scratch))
    minute = inputs.video(gop=250, size="320x180", rate=25, has_noise=False)
    hours = inputs.looped(minute, 120, scratch / "hours.mp4")
    on_a_new_server(scratch / "hours", lambda product: big(report, product, "a video of two hours", hours))
    photos = [path.read_bytes() for path in sorted(inputs.pictures().iterdir())[:12]]
    count = math.ceil((4 << 30) / (sum(map(len, photos)) / len(photos)))
    album = inputs.zipped(scratch / "big.zip", photos, (f"{index:06}.jpg" for index in range(count)))
    on_a_new_server(scratch / "big", lambda product: big(report, product, "a zip of 4 GiB", album))


def on_a_new_server(data: Path, measure: Callable[[Product], None]) -> None:
    product = Product(data).start()
    measure(product)
    product.stop()
    shutil.rmtree(data)


def many(report: Report, product: Product, scratch: Path) -> None:
    """The exponent is the worst of the two steps of ten. Of CPU time: on a busy machine the wall's clock says little."""
    small = [inputs.small_jpeg(seed) for seed in range(20)]
    costs = []
    for size in (SIZES[0], *SIZES):  # the first one only lets the compiler see the path
        path = inputs.zipped(scratch / f"{size}.zip", small, (f"{index:06}.jpg" for index in range(size)))
        costs.append(prepare(product, path)[1])
        say(report, f"{size:,} small pictures", costs[-1])
        path.unlink()
    judge(report, f"{SIZES[-1]:,} small pictures", costs[-1])
    exponent = max(math.log10(later.cpu / earlier.cpu) for earlier, later in itertools.pairwise(costs[1:]))
    report.figure("time for ten times the pictures, exponent", f"{exponent:.2f}", "≤ 1.05", exponent <= 1.05)


def big(report: Report, product: Product, name: str, path: Path) -> None:
    _, cost = prepare(product, path)
    path.unlink()
    say(report, name, cost)
    judge(report, name, cost)


def say(report: Report, name: str, cost: Preparation) -> None:
    report.note(f"{name}: {cost.cpu:.1f} CPU s, {cost.wall:.1f} s, server {cost.peak:.0f} MiB, largest child {cost.peak_of_child:.0f} MiB")


def judge(report: Report, name: str, cost: Preparation) -> None:
    report.figure(f"{name}, peak memory of the server, upload included", f"{cost.peak:.0f} MiB", f"≤ {MOST_MIB} MiB", cost.peak <= MOST_MIB)

"""Tasks made through the started product, one file each, and what that costs it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from measure import cpu_seconds, largest_child, peak_while
from product import Product, eventually
from uploading import PIECE, tus_create, tus_piece

LONGEST = 3 * 60 * 60


class Preparation(NamedTuple):
    """What it took from the end of the upload to the prepared task. Units: seconds, MiB of the server and of the largest of its children."""

    cpu: float
    wall: float
    peak: float
    peak_of_child: float


def new_task(product: Product, name: str) -> int:
    answer = product.http("POST", "/api/tasks", json={"name": name, "labels": [{"name": "a"}]})
    assert answer.status == 201, answer.data
    return answer.json()["id"]


def send(product: Product, task: int, path: Path) -> None:
    """Uploads a file in pieces, as the official client does."""
    location = tus_create(product, task, path.stat().st_size, path.name)
    with open(path, "rb") as source:
        offset = 0
        while piece := source.read(PIECE):
            answer = tus_piece(product, location, offset, piece)
            assert answer.status == 204, answer.data
            offset += len(piece)


def begin(product: Product, task: int, **parameters: object) -> str:
    """Ends the upload; the id of the request that prepares the task."""
    answer = product.http("POST", f"/api/tasks/{task}/data/", headers={"Upload-Finish": ""}, json={"image_quality": 70, **parameters})
    assert answer.status == 202, answer.data
    return answer.json()["rq_id"]


def state(product: Product, rq_id: str) -> str:
    answer = product.http("GET", f"/api/requests/{quote(rq_id, safe='')}").json()
    assert answer["status"] != "failed", answer["message"]
    return answer["status"]


def prepare(product: Product, path: Path, **parameters: object) -> tuple[int, Preparation]:
    """A task of one file, from its upload until it is ready."""
    pid, children = product.process.pid, []
    task = new_task(product, path.name)
    peak_of_upload = peak_while(pid, lambda: send(product, task, path))
    before, began = cpu_seconds(pid, with_children=True), time.perf_counter()
    rq_id = begin(product, task, **parameters)

    def is_ready() -> bool:
        children.append(largest_child(pid))
        return state(product, rq_id) == "finished"

    peak = peak_while(pid, lambda: eventually(f"{path.name} is ready", is_ready, LONGEST))
    wall, cpu = time.perf_counter() - began, cpu_seconds(pid, with_children=True) - before
    return task, Preparation(cpu, wall, max(peak, peak_of_upload), max(children))

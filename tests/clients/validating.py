"""Questions about validation and consensus that several tests ask."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from cvat_sdk.core.proxies.tasks import Task

import pictures
from product import Product

JSON = {"Content-Type": "application/json"}
POOL = {"mode": "gt_pool", "frame_selection_method": "random_uniform", "frame_count": 4, "frames_per_job_count": 2, "random_seed": 1}


def send(product: Product, method: str, path: str, body: object, status: int = 200) -> dict:
    answer = product.http(method, path, body=json.dumps(body), headers=JSON)
    assert answer.status == status, answer.data
    return answer.json()


def layout_of(product: Product, task: Task | int) -> dict:
    return product.http("GET", f"/api/tasks/{getattr(task, 'id', task)}/validation_layout").json()


def jobs_of(product: Product, task: Task, kind: str) -> list[dict]:
    jobs = product.http("GET", f"/api/jobs?task_id={task.id}&type={kind}&page_size=100").json()["results"]
    return sorted(jobs, key=lambda job: job["id"])


def names_of(product: Product, task: Task) -> list[str]:
    return [frame["name"] for frame in product.http("GET", f"/api/tasks/{task.id}/data/meta").json()["frames"]]


def chunk(product: Product, path: str) -> list[bytes]:
    answer = product.http("GET", path)
    assert answer.status == 200, answer.data
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def check_pictures(product: Product, task: Task, many: list[Path], chunk_size: int = 4) -> None:
    """Names, sizes, frames and chunks of every frame are those of the picture that it shows."""
    layout = layout_of(product, task)
    shown = {name.name: name.read_bytes() for name in many}
    meta = product.http("GET", f"/api/tasks/{task.id}/data/meta").json()
    names = [frame["name"] for frame in meta["frames"]]
    assert [frame["width"] for frame in meta["frames"]] == [40 + int(name[:2]) for name in names]
    for honeypot, real in zip(layout["honeypot_frames"], layout["honeypot_real_frames"]):
        assert names[honeypot] == names[real]
    expected = [shown[name] for name in names]
    task_chunks = [chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=original&number={k}") for k in range(-(-len(names) // chunk_size))]
    assert [picture for pictures_ in task_chunks for picture in pictures_] == expected
    for job in jobs_of(product, task, "annotation") + jobs_of(product, task, "ground_truth"):
        own = range(job["start_frame"], job["stop_frame"] + 1)
        by_index = [chunk(product, f"/api/jobs/{job['id']}/data?type=chunk&quality=original&index={k}") for k in range(-(-len(own) // chunk_size))]
        assert [picture for pictures_ in by_index for picture in pictures_] == [expected[frame] for frame in own]
        assert [product.http("GET", f"/api/jobs/{job['id']}/data?type=frame&quality=original&number={frame}").data for frame in own] == [expected[frame] for frame in own]


def new_many(product: Product, folder: Path, count: int, **spec) -> Task:
    files = [pictures.noise(folder / f"{index:03}.png", 24, 16, index) for index in range(count)]
    with product.client() as client:
        data = {"image_quality": 70, **spec.pop("data", {})}
        return client.tasks.create_from_data({"name": "t", "labels": [{"name": "a"}], **spec}, files, data_params=data)

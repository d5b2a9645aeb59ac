"""Files added to a task that has data: an extension of this product. What was there stays; the official client reads the task as any other."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.datasets import TaskDataset
from pycocotools.coco import COCO

import pictures
from product import Product, eventually
from test_bad_input import blobs
from uploading import new_task, upload


def made(folder: Path, first: int, count: int) -> dict[str, bytes]:
    return {f"{index:03}.jpg": pictures.noise(folder / f"{index:03}.jpg", 64, 48, index).read_bytes() for index in range(first, first + count)}


def append(product: Product, task: int, files: dict[str, bytes], **fields: str) -> dict:
    """Adds files in one shot; returns the request's last state."""
    named = {f"client_files[{index}]": item for index, item in enumerate(files.items())}
    answer = product.http("POST", f"/api/tasks/{task}/data/append", fields={**fields, **named})
    assert answer.status == 202, answer.data
    return product.finished(answer.json()["rq_id"])


@pytest.mark.parametrize("use_cache", [False, True])
def test_pictures_are_added_behind_those_that_are_there(product: Product, client: Client, tmp_path: Path, use_cache: bool):
    files = made(tmp_path, 0, 10)
    task = client.tasks.create({"name": "growing", "labels": [{"name": "a"}], "segment_size": 4, "overlap": 0})
    assert upload(product, task.id, files, chunk_size=3, use_cache=use_cache)["status"] == "finished"
    task.fetch()
    label, jobs = task.get_labels()[0].id, in_order(task)
    task.set_annotations(models.LabeledDataRequest(tags=[models.LabeledImageRequest(label_id=label, frame=frame) for frame in (0, 9)]))
    before = [(job.id, job.start_frame, job.stop_frame) for job in jobs]
    ids = [tag.id for tag in task.get_annotations().tags]

    for first, count in ((10, 5), (15, 3)):
        more = made(tmp_path, first, count)
        files |= more
        request = append(product, task.id, more)
        assert (request["status"], request["operation"]["type"]) == ("finished", "append:task"), request["message"]

    task.fetch()
    assert task.size == 18
    assert [(job.id, job.start_frame, job.stop_frame) for job in in_order(task)][: len(before)] == before
    assert [(job.start_frame, job.stop_frame) for job in in_order(task)][len(before) :] == [(10, 13), (14, 14), (15, 17)]
    assert [tag.id for tag in task.get_annotations().tags] == ids
    assert [frame.name for frame in task.get_frames_info()] == sorted(files)
    for frame, content in enumerate(files[name] for name in sorted(files)):
        assert task.get_frame(frame, quality="original").read() == content
    for number in range(6):  # chunks of three frames, over the seams too
        with zipfile.ZipFile(chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=original&number={number}")) as archive:
            expected = [files[name] for name in sorted(files)[number * 3 : number * 3 + 3]]
            assert [archive.read(entry) for entry in archive.namelist()] == expected
        with zipfile.ZipFile(chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=compressed&number={number}")) as archive:
            assert len(archive.namelist()) == len(expected)
    for job in task.get_jobs():
        with zipfile.ZipFile(chunk(product, f"/api/jobs/{job.id}/data?type=chunk&quality=original&index=0")) as archive:
            assert archive.read(archive.namelist()[0]) == files[sorted(files)[job.start_frame]]
    task.update_annotations(models.PatchedLabeledDataRequest(tags=[models.LabeledImageRequest(label_id=label, frame=17)]))
    samples = TaskDataset(client, task.id).samples
    assert [sample.frame_index for sample in samples if sample.annotations.tags] == [0, 9, 17]


def in_order(task: Task) -> list:
    return sorted(task.get_jobs(), key=lambda job: job.id)


def chunk(product: Product, path: str) -> io.BytesIO:
    answer = product.http("GET", path)
    assert answer.status == 200, answer.data
    return io.BytesIO(answer.data)


def test_an_export_holds_what_was_added(product: Product, client: Client, tmp_path: Path):
    task = new_task(client)
    upload(product, task, made(tmp_path, 0, 3))
    append(product, task, made(tmp_path, 3, 4))
    grown = client.tasks.retrieve(task)
    shapes = [models.LabeledShapeRequest(type="rectangle", label_id=grown.get_labels()[0].id, frame=frame, points=[1.0, 1.0, 9.0, 9.0]) for frame in range(7)]
    grown.set_annotations(models.LabeledDataRequest(shapes=shapes))

    grown.export_dataset("COCO 1.0", tmp_path / "grown.zip", include_images=True)

    with zipfile.ZipFile(tmp_path / "grown.zip") as archive:
        archive.extractall(tmp_path / "coco")
    coco = COCO(tmp_path / "coco/annotations/instances_default.json")
    assert (len(coco.getImgIds()), len(coco.getAnnIds())) == (7, 7)
    assert len(list((tmp_path / "coco/images").rglob("*.jpg"))) == 7


def test_what_does_not_go_with_the_task_is_refused(product: Product, client: Client, tmp_path: Path):
    task, empty = new_task(client), new_task(client)
    files = made(tmp_path, 0, 2)
    upload(product, task, files)

    assert "in the task already" in append(product, task, {"001.jpg": files["001.jpg"]})["message"]
    assert append(product, task, {"notes.txt": b"hello"})["status"] == "failed"
    assert product.http("POST", f"/api/tasks/{empty}/data/append", json={}).status == 400
    refused = product.http("POST", f"/api/tasks/{task}/data/append", json={"start_frame": 1, "frame_filter": "step=2"})
    assert refused.status == 400 and set(refused.json()) == {"start_frame", "frame_filter"}
    assert product.http("POST", f"/api/tasks/{task}/data/", json={"image_quality": 70}).status == 400, "the plain call stays as it was"
    assert client.tasks.retrieve(task).size == 2 and product.http("GET", f"/api/jobs?task_id={task}").json()["count"] == 1
    assert append(product, task, made(tmp_path, 2, 1))["status"] == "finished"


def test_a_kill_while_files_are_added(own_product: Product, tmp_path: Path):
    product = own_product
    with product.client() as client:
        task = new_task(client)
    files = made(tmp_path, 0, 3)
    upload(product, task, files, chunk_size=2)
    more = {f"{index:03}.jpg": pictures.noise(tmp_path / f"{index:03}.jpg", 1200, 900, index).read_bytes() for index in range(3, 15)}
    named = {f"client_files[{index}]": item for index, item in enumerate(more.items())}
    rq_id = product.http("POST", f"/api/tasks/{task}/data/append", fields=named).json()["rq_id"]
    path = f"/api/requests/{quote(rq_id, safe='')}"
    eventually("some of it is done", lambda: (product.http("GET", path).json()["progress"] or 0) > 0.1)
    assert product.http("GET", f"/api/tasks/{task}").json()["size"] == 3, "nothing is seen before all is there"

    product.kill()
    product.start()

    assert product.finished(rq_id)["status"] == "finished"
    with product.client() as client:
        grown = client.tasks.retrieve(task)
        assert (grown.size, len(grown.get_jobs())) == (15, 2)
        assert [grown.get_frame(frame, quality="original").read() for frame in (2, 3, 14)] == [files["002.jpg"], more["003.jpg"], more["014.jpg"]]
    product.http("DELETE", f"/api/tasks/{task}")
    eventually("everything is freed", lambda: not blobs(product))

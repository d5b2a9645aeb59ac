"""kill -9 at the worst moment: after a restart on the same data, the work goes on and nothing is lost or doubled."""

from __future__ import annotations

import socket
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
import urllib3
from cvat_sdk import models
from cvat_sdk.core.proxies.tasks import Task
from pycocotools.coco import COCO

import pictures
from media_files import LEVELS, clip, number_in
from product import ADMIN, Product, eventually
from test_bad_input import blobs
from uploading import MIB, finish, new_task, tus_create, tus_offset, tus_piece, upload


def boxes(task: Task, count: int) -> None:
    label = task.get_labels()[0].id
    shapes = [
        models.LabeledShapeRequest(type="rectangle", label_id=label, frame=index % task.size, points=[index, 0.0, index + 5.5, 9.0])
        for index in range(count)
    ]
    task.set_annotations(models.LabeledDataRequest(shapes=shapes))


def start_export(product: Product, task: int, name: str = "COCO 1.0") -> str:
    answer = product.http("POST", f"/api/tasks/{task}/dataset/export?format={name.replace(' ', '%20')}&save_images=true")
    assert answer.status == 202, answer.data
    return answer.json()["rq_id"]


def test_export_goes_on_after_a_kill_in_its_middle(own_product: Product, photos: list[Path], tmp_path: Path):
    product = own_product
    created = product.cli("task", "create", "real photos", "local", *photos, "--labels", '[{"name":"thing"}]', "--segment_size", 2, "--overlap", 0)
    task = int(created.stdout.split()[-1])
    with product.client() as client:
        boxes(client.tasks.retrieve(task), 50)

    rq_id = start_export(product, task)
    product.kill()
    product.start()

    request = product.finished(rq_id)
    assert request["status"] == "finished", request["message"]
    dataset = tmp_path / "dataset.zip"
    dataset.write_bytes(product.http("GET", request["result_url"]).data)
    with zipfile.ZipFile(dataset) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    coco = COCO(tmp_path / "annotations" / "instances_default.json")
    assert (len(coco.getAnnIds()), len(coco.getImgIds())) == (50, len(photos))
    assert sorted(a["bbox"][0] for a in coco.loadAnns(coco.getAnnIds())) == [float(index) for index in range(50)]


def test_creation_goes_on_after_a_kill_in_its_middle(own_product: Product, tmp_path: Path):
    product = own_product
    files = {f"{index:02}.jpg": pictures.noise(tmp_path / f"{index:02}.jpg", 1600, 1200, index).read_bytes() for index in range(16)}
    with product.client() as client:
        task = new_task(client)
    fields = {f"client_files[{index}]": item for index, item in enumerate(files.items())}
    answer = product.http("POST", f"/api/tasks/{task}/data/", fields={"image_quality": "70", "chunk_size": "2", **fields})
    rq_id = answer.json()["rq_id"]
    path = f"/api/requests/{quote(rq_id, safe='')}"
    eventually("some of it is done", lambda: (product.http("GET", path).json()["progress"] or 0) > 0.1, 60)

    product.kill()
    product.start()

    assert product.finished(rq_id)["status"] == "finished"
    with product.client() as client:
        made = client.tasks.retrieve(task)
        assert [frame.name for frame in made.get_frames_info()] == sorted(files)
        assert [made.get_frame(index, quality="original").read() for index in (0, 15)] == [files["00.jpg"], files["15.jpg"]]
        assert len(made.get_jobs()) == 1


def test_creation_from_a_video_goes_on_after_a_kill_in_its_middle(own_product: Product, tmp_path: Path):
    product = own_product
    source = clip(tmp_path / "long.mp4", 1200, size="320x240")
    with product.client() as client:
        task = new_task(client)
    answer = product.http("POST", f"/api/tasks/{task}/data/", fields={"image_quality": "70", "client_files[0]": ("long.mp4", source.read_bytes())})
    rq_id = answer.json()["rq_id"]
    path = f"/api/requests/{quote(rq_id, safe='')}"
    eventually("some of it is done", lambda: (product.http("GET", path).json()["progress"] or 0) > 0.1, 60)

    product.kill()
    product.start()

    assert product.finished(rq_id)["status"] == "finished"
    with product.client() as client:
        made = client.tasks.retrieve(task)
        assert (made.size, made.mode) == (1200, "interpolation")
        assert [number_in(made.get_frame(frame, quality="original")) for frame in (0, 600, 1199)] == [0, 600 % LEVELS, 1199 % LEVELS]


def test_upload_in_pieces_goes_on_after_a_kill(own_product: Product, tmp_path: Path):
    product = own_product
    picture = pictures.noise(tmp_path / "big.png", 2000, 1500, 1, compress_level=0).read_bytes()
    with product.client() as client:
        task = new_task(client)
    location = tus_create(product, task, len(picture), "big.png")
    assert tus_piece(product, location, 0, picture[: 4 * MIB]).status == 204

    product.kill()
    product.start()

    offset = tus_offset(product, location)
    assert offset == 4 * MIB
    assert tus_piece(product, location, offset, picture[offset:]).status == 204
    assert finish(product, task)["status"] == "finished"


def test_acknowledged_saves_survive_a_kill(own_product: Product, frames: list[Path]):
    product = own_product
    with product.client() as client:
        task = new_task(client)
        upload(product, task, {frame.name: frame.read_bytes() for frame in frames})
        boxes(client.tasks.retrieve(task), 200)
        client.projects.create({"name": "kept"})
        before = product.http("GET", f"/api/tasks/{task}/annotations/").json()

    product.kill()
    product.start()

    assert product.http("GET", f"/api/tasks/{task}/annotations/").json() == before
    assert len(before["shapes"]) == 200
    assert product.http("GET", "/api/projects?name=kept").json()["count"] == 1


@pytest.mark.parametrize("kills", [3])
def test_exports_survive_several_kills_in_a_row(own_product: Product, frames: list[Path], kills: int):
    product = own_product
    with product.client() as client:
        task = new_task(client)
        upload(product, task, {frame.name: frame.read_bytes() for frame in frames})
        boxes(client.tasks.retrieve(task), 20)
    rq_id = start_export(product, task, "CVAT for images 1.1")

    for _ in range(kills):
        product.kill()
        product.start()

    assert product.finished(rq_id)["status"] == "finished"


def test_deletion_goes_on_after_a_kill_in_its_middle(own_product: Product, tmp_path: Path):
    product = own_product
    frames = [pictures.noise(tmp_path / f"{index:03}.png", 64, 48, index) for index in range(120)]
    with product.client() as client:
        client.tasks.create({"name": "stays", "labels": [{"name": "a"}]})
        before = blob_files(product)
        data = {"image_quality": 70, "chunk_size": 1, "segment_size": 10}
        task = client.tasks.create_from_data({"name": "goes", "labels": [{"name": "a"}], "segment_size": 10}, frames, data_params=data)
        boxes(task, 30)
    eventually("what the creation needed is gone", lambda: not any(name.startswith("uploads/") or "/work/" in name for name in blobs(product)))
    made = blob_files(product)
    assert made > before + 200
    with socket.create_connection(("127.0.0.1", product.port)) as raw:
        basic = urllib3.make_headers(basic_auth=":".join(ADMIN))["authorization"]
        raw.sendall(f"DELETE /api/tasks/{task.id} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {basic}\r\n\r\n".encode())
        eventually("some of it is gone", lambda: blob_files(product) < made - 5, 30)
        product.kill()
    assert blob_files(product) > before

    product.start()

    eventually("the rest is gone", lambda: blob_files(product) <= before, 60)
    assert product.http("GET", f"/api/tasks/{task.id}").status == 404
    assert [found["name"] for found in product.http("GET", "/api/tasks").json()["results"]] == ["stays"]


def blob_files(product: Product) -> int:
    return sum(1 for path in (product.data / "blobs").rglob("*") if path.is_file())

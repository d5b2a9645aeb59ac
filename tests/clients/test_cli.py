"""The main path with the official command line: pictures in, annotations, dataset out."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task
from PIL import Image
from pycocotools.coco import COCO

from product import Product

BOXES = [(frame, 10.0 + frame, 20.0, 60.5, 90.25) for frame in range(0, 12, 2)]


def create(product: Product, photos: list[Path], name: str) -> int:
    labels = json.dumps([{"name": "cat"}, {"name": "bus", "attributes": []}])
    arguments = ("--labels", labels, "--segment_size", 5, "--overlap", 2, "--completion_verification_period", 0.2)
    done = product.cli("task", "create", name, "local", *photos, *arguments)
    return int(done.stdout.split()[-1])


@pytest.fixture(scope="module")
def task(product: Product, client: Client, photos: list[Path]) -> Task:
    task = client.tasks.retrieve(create(product, photos, "photographs"))
    cat, bus = (label.id for label in task.get_labels())
    shapes = [
        models.LabeledShapeRequest(type="rectangle", label_id=cat if frame % 4 else bus, frame=frame, points=list(points))
        for frame, *points in BOXES
    ]
    task.set_annotations(models.LabeledDataRequest(shapes=shapes))
    return task


@pytest.fixture(scope="module")
def coco_zip(product: Product, task: Task, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "coco.zip"
    product.cli("task", "export-dataset", task.id, path, "--format", "COCO 1.0", "--with-images", "yes", "--completion_verification_period", 0.2)
    return path


def test_create_makes_a_task_with_the_segments_asked_for(task: Task, photos: list[Path]):
    assert (task.size, task.mode, task.segment_size, task.overlap) == (len(photos), "annotation", 5, 2)
    assert [frame.name for frame in task.get_frames_info()] == [photo.name for photo in photos]
    jobs = sorted((job.start_frame, job.stop_frame) for job in task.get_jobs())
    assert jobs == [(0, 4), (3, 7), (6, 10), (9, 11)]


def test_frames_original_are_the_uploaded_pictures(product: Product, task: Task, photos: list[Path], tmp_path: Path):
    product.cli("task", "frames", task.id, 0, 1, 11, "--outdir", tmp_path)

    for index, file in zip((0, 1, 11), sorted(tmp_path.iterdir())):
        with Image.open(file) as saved, Image.open(photos[index]) as original:
            assert (saved.format, saved.mode, saved.size) == (original.format, original.mode, original.size)
        assert task.get_frame(index, quality="original").read() == photos[index].read_bytes()


def test_frames_compressed_saves_jpegs_of_the_same_size(product: Product, task: Task, photos: list[Path], tmp_path: Path):
    product.cli("task", "frames", task.id, 0, 2, "--outdir", tmp_path, "--quality", "compressed")

    for index, file in zip((0, 2), sorted(tmp_path.iterdir())):
        with Image.open(file) as saved, Image.open(photos[index]) as original:
            assert (saved.format, saved.mode, saved.size) == ("JPEG", "RGB", original.size)


def test_ls_lists_the_task(product: Product, task: Task):
    assert str(task.id) in product.cli("task", "ls").stdout.split()
    listed = json.loads(product.cli("task", "ls", "--json").stdout)
    assert [entry["name"] for entry in listed if entry["id"] == task.id] == ["photographs"]


def test_export_dataset_coco_opens_in_pycocotools(task: Task, photos: list[Path], coco_zip: Path, tmp_path: Path):
    zipfile.ZipFile(coco_zip).extractall(tmp_path)

    coco = COCO(tmp_path / "annotations" / "instances_default.json")

    assert sorted(image["file_name"] for image in coco.loadImgs(coco.getImgIds())) == [photo.name for photo in photos]
    assert {category["name"] for category in coco.loadCats(coco.getCatIds())} == {"cat", "bus"}
    found = coco.loadAnns(coco.getAnnIds())
    boxes = sorted(tuple(annotation["bbox"]) for annotation in found)
    assert boxes == [(x1, y1, x2 - x1, y2 - y1) for _, x1, y1, x2, y2 in BOXES]
    assert [(tmp_path / "images" / "default" / photo.name).read_bytes() for photo in photos] == [photo.read_bytes() for photo in photos]


def test_import_dataset_brings_the_annotations_into_another_task(
    product: Product, client: Client, photos: list[Path], task: Task, coco_zip: Path
):
    other = client.tasks.retrieve(create(product, photos, "second"))

    product.cli("task", "import-dataset", other.id, coco_zip, "--format", "COCO 1.0")

    def content(of: Task) -> list:
        names = {label.id: label.name for label in of.get_labels()}
        return sorted((shape.frame, names[shape.label_id], tuple(shape.points)) for shape in of.get_annotations().shapes)

    assert content(other) == content(task)
    assert len(content(other)) == len(BOXES)


def test_export_cvat_and_yolo_hold_every_box(product: Product, task: Task, tmp_path: Path):
    for name in ("CVAT for images 1.1", "Ultralytics YOLO Detection 1.0"):
        product.cli("task", "export-dataset", task.id, tmp_path / "out.zip", "--format", name, "--completion_verification_period", 0.2)
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            text = "".join(archive.read(entry).decode() for entry in archive.namelist() if entry.endswith(".xml") or "labels/" in entry)
        assert text.count("<box ") + len(text.split("\n")) - 1 >= len(BOXES), name
        (tmp_path / "out.zip").unlink()


def test_delete_removes_the_task_and_ignores_missing_ones(product: Product, frames: list[Path]):
    doomed = create(product, frames[:2], "doomed")

    product.cli("task", "delete", doomed, 999_999)

    assert str(doomed) not in product.cli("task", "ls").stdout.split()
    assert product.http("GET", f"/api/tasks/{doomed}").status == 404

"""Ground-truth jobs: chosen frames, their data with and without placeholders, the validation layout, annotations apart from the task's."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task
from PIL import Image

from product import Product

JSON = {"Content-Type": "application/json"}


def create(product: Product, task: int, **fields) -> dict:
    body = {"task_id": task, "type": "ground_truth", **fields}
    answer = product.http("POST", "/api/jobs", body=json.dumps(body), headers=JSON)
    return answer.json() if answer.status == 201 else {"status": answer.status, "body": answer.json()}


def chunk(product: Product, job: int, query: str) -> list[tuple[str, tuple[int, int]]]:
    answer = product.http("GET", f"/api/jobs/{job}/data?type=chunk&{query}")
    assert answer.status == 200, answer.data
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return [(name, Image.open(io.BytesIO(archive.read(name))).size) for name in archive.namelist()]


def test_chosen_frames_are_all_that_the_job_shows(product: Product, make_task):
    """contract-data.md §3.4 and §3.5, ground-truth jobs; trap 29."""
    task: Task = make_task(segment_size=4, data={"chunk_size": 3})

    job = create(product, task.id, frame_selection_method="manual", frames=[6, 1, 4])

    assert (job["type"], job["start_frame"], job["stop_frame"], job["frame_count"]) == ("ground_truth", 0, 7, 3)
    meta = product.http("GET", f"/api/jobs/{job['id']}/data/meta").json()
    assert (meta["size"], meta["included_frames"]) == (3, [1, 4, 6])
    assert [frame["name"] for frame in meta["frames"]] == ["placeholder.jpg" if i not in (1, 4, 6) else f"{i}.png" for i in range(8)]
    assert [size for _, size in chunk(product, job["id"], "quality=original&index=0")] == [(64, 48)] * 3
    assert [size for _, size in chunk(product, job["id"], "quality=compressed&number=1")] == [(1, 1), (64, 48), (1, 1)]
    assert product.http("GET", f"/api/jobs/{job['id']}/data?type=frame&quality=original&number=4").status == 200
    assert product.http("GET", f"/api/jobs/{job['id']}/data?type=frame&quality=original&number=5").status == 400
    assert product.http("GET", f"/api/jobs/{job['id']}/preview").status == 200
    assert product.http("GET", f"/api/tasks/{task.id}").json()["validation_mode"] == "gt"


def test_random_frames_depend_on_the_seed_alone(product: Product, make_task):
    first, second = make_task(segment_size=4), make_task(segment_size=4)
    frames = []
    for task in (first, second):
        job = create(product, task.id, frame_selection_method="random_per_job", frames_per_job_count=1, random_seed=7)
        frames.append(product.http("GET", f"/api/jobs/{job['id']}/data/meta").json()["included_frames"])
    assert frames[0] == frames[1] and len(frames[0]) == 2 and frames[0][0] < 4 <= frames[0][1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"frame_selection_method": "manual", "frames": [1, 1]}, ["Frames must not repeat"]),
        ({"frame_selection_method": "manual", "frames": [80]}, ["Unknown frames specified: 80"]),
        ({"frame_selection_method": "random_uniform", "frame_count": 9}, None),
        ({"type": "annotation", "frame_count": 1}, ["Unexpected job type 'annotation'"]),
        ({"frame_selection_method": "random_uniform"}, None),
    ],
)
def test_a_bad_choice_makes_no_job(product: Product, make_task, fields: dict, message):
    """contract-data.md §7, POST /api/jobs."""
    task: Task = make_task()
    answer = create(product, task.id, **fields)
    assert answer["status"] == 400 and (message is None or answer["body"] == message)
    assert len(task.get_jobs()) == 1


def test_the_layout_follows_the_job(product: Product, client: Client, make_task):
    task: Task = make_task()
    layout = f"/api/tasks/{task.id}/validation_layout"
    assert product.http("GET", layout).json()["mode"] is None
    job = create(product, task.id, frame_selection_method="manual", frames=[2, 5])
    assert create(product, task.id, frame_selection_method="manual", frames=[3])["body"] == ["A task can have only 1 ground truth job"]

    changed = product.http("PATCH", layout, body=json.dumps({"disabled_frames": [5]}), headers=JSON)

    assert changed.json()["disabled_frames"] == [5] and changed.json()["validation_frames"] == [2, 5]
    assert product.http("GET", f"/api/jobs/{job['id']}/data/meta").json()["deleted_frames"] == [5]
    assert product.http("PATCH", layout, body=json.dumps({"disabled_frames": [6]}), headers=JSON).status == 400
    assert product.http("DELETE", f"/api/jobs/{job['id']}").status == 204
    assert product.http("GET", layout).json()["mode"] is None
    assert product.http("DELETE", f"/api/jobs/{task.get_jobs()[0].id}").status == 400


def test_its_annotations_are_its_own_and_can_be_exported(product: Product, client: Client, make_task, tmp_path):
    task: Task = make_task()
    job = client.jobs.retrieve(create(product, task.id, frame_selection_method="manual", frames=[2, 5])["id"])
    label = task.get_labels()[0].id
    job.set_annotations(models.LabeledDataRequest(shapes=[models.LabeledShapeRequest(type="rectangle", label_id=label, frame=5, points=[1.0, 2.0, 9.0, 9.0])]))

    assert len(job.get_annotations().shapes) == 1 and not task.get_annotations().shapes
    job.export_dataset("COCO 1.0", tmp_path / "gt.zip", include_images=True)
    with zipfile.ZipFile(tmp_path / "gt.zip") as archive:
        names = archive.namelist()
        coco = json.loads(archive.read("annotations/instances_default.json"))
    assert [image["file_name"] for image in coco["images"]] == ["2.png", "5.png"] and len(coco["annotations"]) == 1
    assert sorted(name for name in names if name.endswith(".png")) == ["images/default/2.png", "images/default/5.png"]

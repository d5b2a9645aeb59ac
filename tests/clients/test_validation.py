"""Validation that is asked for with the data: ground truth, and tasks with honeypots."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task

from product import Product
from uploading import new_task
from validating import POOL, check_pictures, jobs_of, layout_of, names_of, send


# ground truth


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"frame_selection_method": "random_uniform", "frame_count": 3}, 3),
        ({"frame_selection_method": "random_uniform", "frame_share": 0.5}, 4),
        ({"frame_selection_method": "random_per_job", "frames_per_job_count": 1}, 2),
        ({"frame_selection_method": "manual", "frames": ["6.png", "1.png"]}, 2),
    ],
)
def test_ground_truth_comes_with_the_data(product: Product, make_task, params: dict, count: int):
    """contract-data.md §7, fields of validation_params with the mode gt."""
    task: Task = make_task(segment_size=4, data={"validation_params": {"mode": "gt", **params}})

    layout = layout_of(product, task)
    [job] = jobs_of(product, task, "ground_truth")
    assert (task.validation_mode, layout["mode"], len(layout["validation_frames"])) == ("gt", "gt", count)
    assert (job["start_frame"], job["stop_frame"], job["frame_count"]) == (0, 7, count)
    assert product.http("GET", f"/api/jobs/{job['id']}/data/meta").json()["included_frames"] == layout["validation_frames"]
    if "frames" in params:
        assert layout["validation_frames"] == [1, 6]


def test_the_seed_alone_chooses(product: Product, make_task):
    params = {"mode": "gt", "frame_selection_method": "random_uniform", "frame_count": 3, "random_seed": 0}
    tasks = [make_task(data={"validation_params": params}) for _ in range(2)]
    assert [layout_of(product, task)["validation_frames"] for task in tasks] == [layout_of(product, tasks[0])["validation_frames"]] * 2


def test_parameters_may_be_form_fields(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.2, nested objects."""
    task = new_task(client)
    fields = {
        "image_quality": "70",
        "client_files[0]": ("0.png", frames[0].read_bytes()),
        "client_files[1]": ("1.png", frames[1].read_bytes()),
        "validation_params.mode": "gt",
        "validation_params.frame_selection_method": "random_uniform",
        "validation_params.frame_count": "1",
    }
    answer = product.http("POST", f"/api/tasks/{task}/data/", fields=fields)
    assert answer.status == 202 and product.finished(answer.json()["rq_id"])["status"] == "finished"
    assert len(layout_of(product, task)["validation_frames"]) == 1


@pytest.mark.parametrize(
    ("spec", "data", "message"),
    [
        ({}, {"validation_params": {"mode": "gt", "frame_selection_method": "manual", "frames": ["x.png"]}}, "Unknown validation frames requested: x.png"),
        ({}, {"validation_params": {"mode": "gt", "frame_selection_method": "random_uniform", "frame_count": 9}}, "number of frames requested (9)"),
        ({"segment_size": 4}, {"validation_params": {"mode": "gt", "frame_selection_method": "random_per_job", "frames_per_job_count": 5}}, "greater than segment size"),
        ({}, {"validation_params": POOL}, 'only be used with "random" sorting'),
        ({"segment_size": 4, "overlap": 1}, {"validation_params": POOL, "sorting_method": "random"}, 'cannot be used with "overlap"'),
        ({}, {"validation_params": {**POOL, "frame_count": 8}, "sorting_method": "random"}, "must be less than the number of task frames (8)"),
        ({}, {"validation_params": {**POOL, "frames_per_job_count": 5}, "sorting_method": "random"}, "greater than the validation pool size (4)"),
    ],
)
def test_what_the_data_forbid_fails_the_request(make_task, spec: dict, data: dict, message: str):
    """contract-data.md §7 and §1.7: what depends on the data fails the request."""
    with pytest.raises(Exception, match=message.replace("(", r"\(").replace(")", r"\)")):
        make_task(data=data, **spec)


def test_a_malformed_wish_is_refused_at_once(product: Product, client: Client):
    body = {"image_quality": 70, "validation_params": {"mode": "gt_pool", "frame_selection_method": "random_uniform"}}
    errors = send(product, "POST", f"/api/tasks/{new_task(client)}/data/", body, 400)
    assert list(errors["validation_params"]) == ["non_field_errors"]


# honeypots


def test_honeypots_show_the_pool(product: Product, make_pool, many: list[Path]):
    task: Task = make_pool()

    layout = layout_of(product, task)
    [truth] = jobs_of(product, task, "ground_truth")
    first, second = jobs_of(product, task, "annotation")
    assert (task.size, task.validation_mode, task.segment_size, task.overlap) == (16, "gt_pool", 0, 0)
    assert [(job["start_frame"], job["stop_frame"]) for job in (first, second, truth)] == [(0, 5), (6, 11), (12, 15)]
    assert (layout["mode"], layout["frames_per_job_count"], layout["validation_frames"], layout["honeypot_count"]) == ("gt_pool", 2, [12, 13, 14, 15], 4)
    assert sorted(layout["honeypot_real_frames"]) == [12, 13, 14, 15]
    own = product.http("GET", f"/api/jobs/{second['id']}/validation_layout").json()
    assert own == {"honeypot_count": 2, "honeypot_frames": layout["honeypot_frames"][2:], "honeypot_real_frames": layout["honeypot_real_frames"][2:]}
    assert sorted(names_of(product, task)[i] for i in range(16) if i not in layout["honeypot_frames"]) == sorted(file.name for file in many)
    assert product.http("GET", f"/api/jobs/{truth['id']}/data/meta").json()["included_frames"] is None
    check_pictures(product, task, many)


def test_the_same_seed_makes_the_same_task(product: Product, make_pool):
    one, other = make_pool(), make_pool()
    assert names_of(product, one) == names_of(product, other) and layout_of(product, one) == layout_of(product, other)


def test_a_pool_chosen_by_name(product: Product, make_pool, many: list[Path]):
    task: Task = make_pool(params={"mode": "gt_pool", "frame_selection_method": "manual", "frames": ["07.png", "03.png"], "frames_per_job_share": 0.25})
    assert names_of(product, task)[-2:] == ["03.png", "07.png"]
    assert layout_of(product, task)["frames_per_job_count"] == 1
    check_pictures(product, task, many)


def test_the_truth_of_a_pool_stays(product: Product, make_pool):
    task: Task = make_pool()
    [truth] = jobs_of(product, task, "ground_truth")
    assert product.http("DELETE", f"/api/jobs/{truth['id']}").status == 400
    body = {"task_id": task.id, "type": "ground_truth", "frame_selection_method": "manual", "frames": [0]}
    assert send(product, "POST", "/api/jobs", body, 400) == ["A task can have only 1 ground truth job"]


def test_disabled_frames_of_a_pool_go_with_their_honeypots(product: Product, make_pool):
    task: Task = make_pool()
    layout = layout_of(product, task)
    [truth] = jobs_of(product, task, "ground_truth")
    shows_12 = [honeypot for honeypot, real in zip(layout["honeypot_frames"], layout["honeypot_real_frames"]) if real == 12]
    meta = f"/api/tasks/{task.id}/data/meta"

    assert "12" in json.dumps(send(product, "PATCH", meta, {"deleted_frames": [12]}, 400)["deleted_frames"])
    assert send(product, "PATCH", f"/api/jobs/{truth['id']}/data/meta", {"deleted_frames": [12]})["deleted_frames"] == [12]
    assert product.http("GET", meta).json()["deleted_frames"] == sorted([*shows_12, 12])
    assert layout_of(product, task)["disabled_frames"] == [12]
    drawn = send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", {"frame_selection_method": "random_uniform"})
    assert 12 not in drawn["honeypot_real_frames"] and product.http("GET", meta).json()["deleted_frames"] == [12]
    send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", {"disabled_frames": []})
    assert product.http("GET", meta).json()["deleted_frames"] == []


def test_annotations_of_the_pool_reach_the_honeypots(product: Product, make_pool):
    task: Task = make_pool()
    layout, label = layout_of(product, task), task.get_labels()[0].id
    shows_13 = [honeypot for honeypot, real in zip(layout["honeypot_frames"], layout["honeypot_real_frames"]) if real == 13]
    box = models.LabeledShapeRequest(type="rectangle", label_id=label, frame=13, points=[1.0, 2.0, 9.0, 9.0])

    task.set_annotations(models.LabeledDataRequest(shapes=[box]))

    assert sorted(shape.frame for shape in task.get_annotations().shapes) == sorted([*shows_13, 13])
    [truth] = jobs_of(product, task, "ground_truth")
    assert [shape["frame"] for shape in product.http("GET", f"/api/jobs/{truth['id']}/annotations").json()["shapes"]] == [13]
    track = {"tracks": [{"label_id": label, "frame": 0, "shapes": [{"type": "rectangle", "frame": 0, "points": [0, 0, 5, 5]}]}]}
    refused = ["Tracks are not supported when task validation mode is gt_pool"]
    assert send(product, "PUT", f"/api/tasks/{task.id}/annotations/", track, 400) == refused
    assert send(product, "PUT", f"/api/jobs/{truth['id']}/annotations", track, 400) == refused
    task.remove_annotations()
    assert not task.get_annotations().shapes


def test_an_export_of_the_task_has_every_picture_once(product: Product, make_pool, many: list[Path], tmp_path: Path):
    task: Task = make_pool()
    label = task.get_labels()[0].id
    box = models.LabeledShapeRequest(type="rectangle", label_id=label, frame=13, points=[1.0, 2.0, 9.0, 9.0])
    task.set_annotations(models.LabeledDataRequest(shapes=[box]))

    task.export_dataset("COCO 1.0", tmp_path / "task.zip", include_images=True)

    with zipfile.ZipFile(tmp_path / "task.zip") as archive:
        coco = json.loads(archive.read("annotations/instances_default.json"))
        found = {Path(name).name: archive.read(name) for name in archive.namelist() if name.endswith(".png")}
    assert found == {file.name: file.read_bytes() for file in many}
    assert len(coco["images"]) == 12 and len(coco["annotations"]) == 1
    task.import_annotations("COCO 1.0", tmp_path / "task.zip")
    assert len(task.get_annotations().shapes) == 1 + layout_of(product, task)["honeypot_real_frames"].count(13)


def test_an_export_of_a_job_shows_its_honeypots(product: Product, client: Client, make_pool, many: list[Path], tmp_path: Path):
    task: Task = make_pool()
    [first, _] = jobs_of(product, task, "annotation")
    send(product, "PATCH", f"/api/jobs/{first['id']}/validation_layout", {"frame_selection_method": "manual", "honeypot_real_frames": [15, 12]})

    client.jobs.retrieve(first["id"]).export_dataset("COCO 1.0", tmp_path / "job.zip", include_images=True)

    with zipfile.ZipFile(tmp_path / "job.zip") as archive:
        found = {Path(name).name: archive.read(name) for name in archive.namelist() if name.endswith(".png")}
    names = names_of(product, task)[:6]
    assert found == {file.name: file.read_bytes() for file in many if file.name in names}

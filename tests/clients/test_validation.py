"""Validation that is asked for with the data: ground truth, honeypots with their layouts and re-draws; consensus replicas."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import urllib3
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task

import pictures
from product import ADMIN, Product, eventually
from uploading import new_task

JSON = {"Content-Type": "application/json"}
POOL = {"mode": "gt_pool", "frame_selection_method": "random_uniform", "frame_count": 4, "frames_per_job_count": 2, "random_seed": 1}


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twelve small pictures, each of another size."""
    folder = tmp_path_factory.mktemp("many")
    return [pictures.noise(folder / f"{index:02}.png", 40 + index, 30, index) for index in range(12)]


@pytest.fixture
def make_pool(make_task: Callable[..., Task], many: list[Path]) -> Callable[..., Task]:
    """Makes tasks of eight regular frames in two jobs, with two honeypots each, and a pool of four: 16 frames."""

    def make(resources: list[Path] | None = None, params: dict | None = None, data: dict | None = None, **spec) -> Task:
        data = {"sorting_method": "random", "chunk_size": 4, "validation_params": params or POOL, **(data or {})}
        return make_task(resources=resources or many, segment_size=4, data=data, **spec)

    return make


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


@pytest.mark.parametrize("use_cache", [False, True])
def test_a_draw_by_hand_changes_pictures_names_and_chunks(product: Product, make_pool, many: list[Path], use_cache: bool):
    task: Task = make_pool(data={"use_cache": use_cache})
    before = product.http("GET", f"/api/tasks/{task.id}/data/meta").json()
    old = layout_of(product, task)
    compressed = [chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=compressed&number={k}") for k in range(4)]
    check_pictures(product, task, many)
    wanted = [15, 14, *old["honeypot_real_frames"][2:]] if old["honeypot_real_frames"][:2] != [15, 14] else [12, 13, *old["honeypot_real_frames"][2:]]

    drawn = send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", {"frame_selection_method": "manual", "honeypot_real_frames": wanted})

    assert drawn["honeypot_real_frames"] == wanted and drawn["honeypot_frames"] == old["honeypot_frames"]
    assert product.http("GET", f"/api/tasks/{task.id}/data/meta").json()["chunks_updated_date"] > before["chunks_updated_date"]
    check_pictures(product, task, many)
    assert [chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=compressed&number={k}") for k in range(4)] != compressed
    send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", {"frame_selection_method": "manual", "honeypot_real_frames": old["honeypot_real_frames"]})
    assert [chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=compressed&number={k}") for k in range(4)] == compressed


def test_a_random_draw_for_one_job_leaves_the_other(product: Product, make_pool, many: list[Path]):
    task: Task = make_pool()
    first, second = jobs_of(product, task, "annotation")
    before = layout_of(product, task)["honeypot_real_frames"]

    path = f"/api/jobs/{first['id']}/validation_layout"
    drawn = [tuple(send(product, "PATCH", path, {"frame_selection_method": "random_uniform"})["honeypot_real_frames"]) for _ in range(4)]

    assert all(len(set(real)) == 2 and set(real) <= {12, 13, 14, 15} for real in drawn)
    assert layout_of(product, task)["honeypot_real_frames"] == [*drawn[-1], *before[2:]]
    check_pictures(product, task, many)
    assert send(product, "PATCH", f"/api/jobs/{second['id']}/validation_layout", {}, 400) == {"frame_selection_method": ["This field is required."]}


def test_a_draw_clears_what_was_drawn_on_the_old_pictures(product: Product, make_pool):
    task: Task = make_pool(consensus_replicas=2)
    layout = layout_of(product, task)
    honeypots, label = layout["honeypot_frames"], task.get_labels()[0].id
    [first, _] = jobs_of(product, task, "annotation")
    replica = next(job for job in jobs_of(product, task, "replica") if job["parent_job_id"] == first["id"])
    boxes = [{"type": "rectangle", "label_id": label, "frame": frame, "points": [1, 1, 9, 9]} for frame in range(6)]
    for job in (first, replica):
        send(product, "PUT", f"/api/jobs/{job['id']}/annotations", {"shapes": boxes, "tags": [{"label_id": label, "frame": honeypots[0]}]})
    send(product, "PATCH", f"/api/tasks/{task.id}/data/meta", {"deleted_frames": [0, honeypots[0]] if honeypots[0] else [0]})
    real = layout["honeypot_real_frames"]
    other = next(frame for frame in (12, 13, 14, 15) if frame not in real[:2])

    send(product, "PATCH", f"/api/jobs/{first['id']}/validation_layout", {"frame_selection_method": "manual", "honeypot_real_frames": [other, real[1]]})

    for job in (first, replica):
        kept = product.http("GET", f"/api/jobs/{job['id']}/annotations").json()
        assert [shape["frame"] for shape in kept["shapes"]] == [frame for frame in range(6) if frame != honeypots[0]] and not kept["tags"]
    assert honeypots[0] not in product.http("GET", f"/api/tasks/{task.id}/data/meta").json()["deleted_frames"]
    assert product.http("GET", f"/api/jobs/{first['id']}").json()["updated_date"] > first["updated_date"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"frame_selection_method": "manual", "honeypot_real_frames": [12]}, "number of honeypots must remain the same"),
        ({"frame_selection_method": "manual", "honeypot_real_frames": [0, 12, 13, 14]}, "frames 0 are not from the validation pool"),
        ({"frame_selection_method": "manual"}, "This field is required."),
        ({"frame_selection_method": "random_per_job"}, "is not a valid choice"),
        ({"disabled_frames": [0]}, "Unknown validation frames"),
    ],
)
def test_a_bad_layout_changes_nothing(product: Product, make_pool, body: dict, message: str):
    task: Task = make_pool()
    before = layout_of(product, task)
    assert message in json.dumps(send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", body, 400))
    assert layout_of(product, task) == before


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


# consensus


def test_replicas_repeat_every_job(product: Product, make_task, tmp_path: Path):
    task: Task = make_task(segment_size=4, consensus_replicas=2, data={"validation_params": {"mode": "gt", "frame_selection_method": "random_uniform", "frame_count": 1}})

    parents, replicas = jobs_of(product, task, "annotation"), jobs_of(product, task, "replica")
    assert [job["id"] for job in parents + replicas + jobs_of(product, task, "ground_truth")] == [
        parents[0]["id"] + i for i in (0, 3, 1, 2, 4, 5, 6)
    ]
    assert [(job["replicas_count"], job["parent_job_id"]) for job in parents] == [(2, None), (2, None)]
    assert [job["parent_job_id"] for job in replicas] == [parents[0]["id"]] * 2 + [parents[1]["id"]] * 2
    assert [(job["start_frame"], job["stop_frame"]) for job in replicas] == [(0, 3), (0, 3), (4, 7), (4, 7)]
    assert (task.initial_replicas, task.jobs.count) == (2, 7)
    assert product.http("GET", f"/api/jobs?parent_job_id={parents[1]['id']}").json()["count"] == 2
    assert product.http("DELETE", f"/api/jobs/{replicas[0]['id']}").status == 400
    label = task.get_labels()[0].id
    box = {"type": "rectangle", "label_id": label, "frame": 0, "points": [1, 1, 9, 9]}
    send(product, "PUT", f"/api/jobs/{replicas[0]['id']}/annotations", {"shapes": [box]})
    assert not task.get_annotations().shapes
    one = chunk(product, f"/api/jobs/{parents[1]['id']}/data?type=chunk&quality=original&index=0")
    assert chunk(product, f"/api/jobs/{replicas[3]['id']}/data?type=chunk&quality=original&index=0") == one


@pytest.mark.parametrize("count", [1, 11])
def test_a_senseless_number_of_replicas_is_refused(product: Product, count: int):
    assert "initial_replicas" in json.dumps(send(product, "POST", "/api/tasks", {"name": "t", "labels": [{"name": "a"}], "initial_replicas": count}, 400))


def vote(product: Product, job: dict, label: int, boxes: list[list[float]]) -> None:
    shapes = [{"type": "rectangle", "label_id": label, "frame": job["start_frame"], "points": box} for box in boxes]
    send(product, "PUT", f"/api/jobs/{job['id']}/annotations", {"shapes": shapes})
    send(product, "PATCH", f"/api/jobs/{job['id']}", {"state": "in progress"})


def test_a_merge_makes_the_replicas_votes_the_jobs_annotations(product: Product, client: Client, make_task):
    task: Task = make_task(segment_size=4, consensus_replicas=3)
    label = task.get_labels()[0].id
    [parent, other] = jobs_of(product, task, "annotation")
    replicas = [job for job in jobs_of(product, task, "replica") if job["parent_job_id"] == parent["id"]]
    assert "state found" in json.dumps(send(product, "POST", "/api/consensus/merges", {"task_id": task.id}, 400))
    send(product, "PUT", f"/api/jobs/{parent['id']}/annotations", {"shapes": [{"type": "points", "label_id": label, "frame": 1, "points": [3, 3]}]})
    vote(product, replicas[0], label, [[0, 0, 10, 10], [20, 20, 30, 30]])
    vote(product, replicas[1], label, [[0, 0, 10, 9]])

    merge, _ = client.api_client.consensus_api.create_merge(consensus_merge_create_request=models.ConsensusMergeCreateRequest(task_id=task.id))
    client.wait_for_completion(merge.rq_id)

    found = product.http("GET", f"/api/jobs/{parent['id']}/annotations").json()["shapes"]
    assert sorted((shape["points"][2], shape["score"], shape["source"]) for shape in found) == [(10.0, 1.0, "consensus"), (30.0, 0.5, "consensus")]
    assert product.http("GET", f"/api/jobs/{parent['id']}").json()["state"] == "completed"
    assert product.http("GET", f"/api/jobs/{other['id']}").json()["state"] == "new"
    assert product.http("GET", f"/api/requests?task_id={task.id}&action=merge").json()["results"][0]["operation"]["type"] == "merge:task"
    assert len(task.get_annotations().shapes) == 2


def test_a_merge_of_one_job_follows_the_settings(product: Product, make_task):
    task: Task = make_task(segment_size=4, consensus_replicas=2)
    label = task.get_labels()[0].id
    [parent, other] = jobs_of(product, task, "annotation")
    for job in jobs_of(product, task, "replica"):
        vote(product, job, label, [[0, 0, 10, 10]] if job["id"] % 2 else [[0, 0, 10, 5]])
    send(product, "PATCH", f"/api/consensus/settings/{task.id}", {"iou_threshold": 0.6})

    rq_id = send(product, "POST", "/api/consensus/merges", {"job_id": other["id"]}, 202)["rq_id"]

    assert product.finished(rq_id)["operation"]["type"] == "merge:job"
    shapes = product.http("GET", f"/api/jobs/{other['id']}/annotations").json()["shapes"]
    assert [(shape["score"], shape["frame"]) for shape in shapes] == [(0.5, 4), (0.5, 4)]
    assert product.http("GET", f"/api/jobs/{parent['id']}/annotations").json()["shapes"] == []
    send(product, "PATCH", f"/api/jobs/{parent['id']}", {"stage": "validation"})
    assert str(parent["id"]) in json.dumps(send(product, "POST", "/api/consensus/merges", {"job_id": parent["id"]}, 400))


def test_tracks_vote_frame_by_frame(product: Product, make_task):
    task: Task = make_task(consensus_replicas=2)
    label = task.get_labels()[1].id
    [parent] = jobs_of(product, task, "annotation")
    key_frames = [{"type": "rectangle", "frame": 0, "points": [0, 0, 10, 10]}, {"type": "rectangle", "frame": 4, "points": [4, 0, 14, 10], "outside": True}]
    for job in jobs_of(product, task, "replica"):
        send(product, "PUT", f"/api/jobs/{job['id']}/annotations", {"tracks": [{"label_id": label, "frame": 0, "shapes": key_frames}]})
        send(product, "PATCH", f"/api/jobs/{job['id']}", {"state": "completed"})
    send(product, "PATCH", f"/api/tasks/{task.id}/data/meta", {"deleted_frames": [1]})

    product.finished(send(product, "POST", "/api/consensus/merges", {"job_id": parent["id"]}, 202)["rq_id"])

    shapes = product.http("GET", f"/api/jobs/{parent['id']}/annotations").json()["shapes"]
    assert [(shape["frame"], shape["points"][0], shape["score"]) for shape in shapes] == [(0, 0.0, 1.0), (2, 2.0, 1.0), (3, 3.0, 1.0)]


@pytest.mark.parametrize("body", [{}, {"task_id": 1, "job_id": 1}, {"task_id": "x"}])
def test_a_merge_needs_one_target(product: Product, body: dict):
    send(product, "POST", "/api/consensus/merges", body, 400)


# kills


def new_many(product: Product, folder: Path, count: int, **spec) -> Task:
    files = [pictures.noise(folder / f"{index:03}.png", 24, 16, index) for index in range(count)]
    with product.client() as client:
        data = {"image_quality": 70, **spec.pop("data", {})}
        return client.tasks.create_from_data({"name": "t", "labels": [{"name": "a"}], **spec}, files, data_params=data)


def test_a_draw_goes_on_after_a_kill_in_its_middle(own_product: Product, tmp_path: Path):
    product = own_product
    params = {"mode": "gt_pool", "frame_selection_method": "random_uniform", "frame_count": 2, "frames_per_job_count": 1, "random_seed": 1}
    task = new_many(product, tmp_path, 122, segment_size=2, data={"sorting_method": "random", "validation_params": params})
    layout, label = layout_of(product, task), task.get_labels()[0].id
    [first, last] = layout["validation_frames"]
    boxes = [{"type": "rectangle", "label_id": label, "frame": frame, "points": [1, 1, 9, 9]} for frame in range(first)]
    honeypots = layout["honeypot_frames"]
    for job in jobs_of(product, task, "annotation"):
        own = [box for box in boxes if job["start_frame"] <= box["frame"] <= job["stop_frame"]]
        send(product, "PUT", f"/api/jobs/{job['id']}/annotations", {"shapes": own})
    wanted = [first + last - real for real in layout["honeypot_real_frames"]]
    body = json.dumps({"frame_selection_method": "manual", "honeypot_real_frames": wanted})
    with socket.create_connection(("127.0.0.1", product.port)) as raw:
        basic = urllib3.make_headers(basic_auth=":".join(ADMIN))["authorization"]
        head = f"PATCH /api/tasks/{task.id}/validation_layout HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {basic}\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        eventually("it is decided", lambda: layout_of(product, task)["honeypot_real_frames"] == wanted, 30)
        product.kill()

    product.start()

    def left() -> list[int]:
        jobs = jobs_of(product, task, "annotation")
        return [shape["frame"] for job in jobs for shape in product.http("GET", f"/api/jobs/{job['id']}/annotations").json()["shapes"]]

    assert left() == [frame for frame in range(first) if frame not in honeypots]
    names = names_of(product, task)
    assert all(names[honeypot] == names[real] for honeypot, real in zip(honeypots, wanted))


def test_a_merge_goes_on_after_a_kill_in_its_middle(own_product: Product, tmp_path: Path):
    product = own_product
    task = new_many(product, tmp_path, 60, segment_size=1, consensus_replicas=2)
    label = task.get_labels()[0].id
    for job in jobs_of(product, task, "replica") + jobs_of(product, task, "replica&page=2"):
        vote(product, job, label, [[0, 0, 10, 10]])
    rq_id = send(product, "POST", "/api/consensus/merges", {"task_id": task.id}, 202)["rq_id"]
    path = f"/api/requests/{quote(rq_id, safe='')}"
    eventually("some of it is done", lambda: (product.http("GET", path).json()["progress"] or 0) > 0.05, 60)

    product.kill()
    product.start()

    assert product.finished(rq_id)["status"] == "finished"
    parents = jobs_of(product, task, "annotation")
    assert {job["state"] for job in parents} == {"completed"} and len(parents) == 60
    assert [len(product.http("GET", f"/api/jobs/{job['id']}/annotations").json()["shapes"]) for job in parents] == [1] * 60

"""Consensus: replicas of jobs and their merge, also when the process dies in its middle."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task

from product import Product, eventually
from validating import chunk, jobs_of, new_many, send


def test_replicas_repeat_every_job(product: Product, make_task, tmp_path: Path):
    """contract-data.md §7, replicas; trap 35."""
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


def test_a_merged_job_is_left_alone_when_its_step_is_repeated(own_product: Product, tmp_path: Path):
    """What was merged before the kill, and changed since by its annotator, stays as it is."""
    product = own_product
    task = new_many(product, tmp_path, 60, segment_size=1, consensus_replicas=2)
    label = task.get_labels()[0].id
    for job in jobs_of(product, task, "replica") + jobs_of(product, task, "replica&page=2"):
        vote(product, job, label, [[0, 0, 10, 10]])
    rq_id = send(product, "POST", "/api/consensus/merges", {"task_id": task.id}, 202)["rq_id"]
    merged = eventually("a job is merged", lambda: [job["id"] for job in jobs_of(product, task, "annotation") if job["state"] == "completed"], 60)
    send(product, "PATCH", f"/api/jobs/{merged[0]}", {"state": "in progress"})
    path = f"/api/jobs/{merged[0]}/annotations"
    before = product.http("GET", path).json()

    for _ in range(3):
        product.kill()
        product.start()

    assert product.finished(rq_id)["status"] == "finished"
    assert product.http("GET", path).json() == before and len(before["shapes"]) == 1
    states = {job["id"]: job["state"] for job in jobs_of(product, task, "annotation")}
    assert states.pop(merged[0]) == "in progress" and set(states.values()) == {"completed"}

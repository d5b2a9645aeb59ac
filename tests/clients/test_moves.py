"""Tasks move into projects with their annotations."""

from __future__ import annotations

import json

from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task

from conftest import LABELS
from product import Product
from test_annotations import everything, geometry, named


def project_like(client: Client, first_name: str = "car"):
    labels = json.loads(json.dumps(LABELS))
    labels[0]["name"] = first_name
    return client.projects.create({"name": "home", "labels": [{"name": "another"}, *labels]})


def test_a_task_takes_its_annotations_along(client: Client, make_task, product: Product):
    task: Task = make_task(labels=LABELS, segment_size=4, overlap=0)
    before = named(task)
    task.set_annotations(everything(before))
    saved = task.get_annotations()
    project = project_like(client, "vehicle")

    task.update(models.PatchedTaskWriteRequest(project_id=project.id, labels=[models.PatchedLabelRequest(id=before.car, name="vehicle")]))

    assert task.project_id == project.id
    labels = {label.name: label for label in project.get_labels()}
    head, foot = labels["body"].sublabels
    new = {before.car: labels["vehicle"].id, before.person: labels["person"].id, before.body: labels["body"].id, before.head: head.id, before.foot: foot.id}
    hue, speed = labels["vehicle"].attributes
    specs = {before.hue: hue.id, before.speed: speed.id}
    moved = task.get_annotations()

    def translated(shape):
        kind, frame, label, *rest = geometry(shape)
        return (kind, frame, new.get(label, label), *rest)

    assert [shape.id for shape in moved.shapes] == [shape.id for shape in saved.shapes]
    assert [shape.label_id for shape in moved.shapes] == [new[shape.label_id] for shape in saved.shapes]
    assert [shape.points for shape in moved.shapes] == [shape.points for shape in saved.shapes]
    assert [[e.label_id for e in shape.elements or []] for shape in moved.shapes] == [[new[e.label_id] for e in shape.elements or []] for shape in saved.shapes]
    values = [[(specs[a.spec_id], a.value) for a in shape.attributes] for shape in saved.tracks[0].shapes]
    assert [[(a.spec_id, a.value) for a in shape.attributes] for shape in moved.tracks[0].shapes] == values
    assert {job.project_id for job in task.get_jobs()} == {project.id}
    assert product.http("GET", f"/api/labels?task_id={task.id}&page_size=100").json()["count"] == 4
    assert product.http("GET", f"/api/labels/{before.car}").status == 404


def test_labels_that_do_not_fit_change_nothing(client: Client, make_task, product: Product):
    task: Task = make_task(labels=LABELS)
    bare = client.projects.create({"name": "bare", "labels": [{"name": "car"}, {"name": "person"}]})

    answer = product.http("PATCH", f"/api/tasks/{task.id}", body=json.dumps({"project_id": bare.id}), headers={"Content-Type": "application/json"})

    assert (answer.status, answer.json()) == (400, ['Target project does not have "car" label with "hue" attribute'])
    task.fetch()
    assert task.project_id is None and len(task.get_labels()) == 3


def test_a_task_moves_on_to_another_project(client: Client, make_task):
    first, second = project_like(client), project_like(client)
    task: Task = make_task(labels=[], project_id=first.id)
    task.set_annotations(everything(named(task)))

    task.update(models.PatchedTaskWriteRequest(project_id=second.id))

    names = {label.id: label.name for label in second.get_labels()}
    assert {names[shape.label_id] for shape in task.get_annotations().shapes} == {"car", "person", "body"}
    assert len(first.get_labels()) == 4

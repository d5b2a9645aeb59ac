"""Annotations through the SDK: everything comes back as it was saved, ids are stable, the contract's rules hold."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from cvat_sdk import models
from cvat_sdk.api_client import exceptions
from cvat_sdk.core.proxies.annotations import AnnotationUpdateAction
from cvat_sdk.core.proxies.jobs import Job
from cvat_sdk.core.proxies.tasks import Task


def named(task: Task) -> SimpleNamespace:
    labels = {label.name: label for label in task.get_labels()}
    hue, speed = labels["car"].attributes
    head, foot = labels["body"].sublabels
    return SimpleNamespace(
        car=labels["car"].id, person=labels["person"].id, body=labels["body"].id, hue=hue.id, speed=speed.id, head=head.id, foot=foot.id
    )


def everything(of: SimpleNamespace) -> models.LabeledDataRequest:
    hue = models.AttributeValRequest(spec_id=of.hue, value="blue")
    shape = models.LabeledShapeRequest
    points = {
        "rectangle": [1.5, 2, 30.25, 40],
        "ellipse": [20, 20, 30, 10],
        "polygon": [1, 1, 9, 1, 9, 9.125],
        "polyline": [1, 1, 9, 9],
        "points": [7, 8],
        "mask": [0, 2, 1, 1, 2, 1, 3, 2],
        "cuboid": [float(value) for value in range(16)],
    }
    plain = [shape(type=kind, label_id=of.person, frame=0, points=[float(p) for p in value]) for kind, value in points.items()]
    skeleton = shape(
        type="skeleton",
        label_id=of.body,
        frame=1,
        elements=[
            models.SubLabeledShapeRequest(type="points", label_id=of.head, frame=1, points=[7.0, 8.0]),
            models.SubLabeledShapeRequest(type="points", label_id=of.foot, frame=1, points=[9.0, 9.0], outside=True),
        ],
    )
    turned = shape(
        type="rectangle", label_id=of.car, frame=2, points=[0.0, 0.0, 8.0, 8.0], rotation=30.0, z_order=3, group=7, occluded=True, attributes=[hue]
    )
    track = models.LabeledTrackRequest(
        label_id=of.car,
        frame=1,
        group=2,
        attributes=[hue],
        shapes=[
            models.TrackedShapeRequest(
                type="rectangle", frame=1, points=[0.0, 0.0, 10.0, 10.0], attributes=[models.AttributeValRequest(spec_id=of.speed, value="50")]
            ),
            models.TrackedShapeRequest(type="rectangle", frame=5, points=[8.0, 8.0, 18.0, 18.0]),
            models.TrackedShapeRequest(type="rectangle", frame=6, points=[8.0, 8.0, 18.0, 18.0], outside=True),
        ],
    )
    tag = models.LabeledImageRequest(label_id=of.person, frame=3)
    return models.LabeledDataRequest(tags=[tag], shapes=[*plain, skeleton, turned], tracks=[track])


def geometry(shape) -> tuple:
    """What makes a shape, with the contract's defaults for what a request leaves out."""

    def value(name: str, default):
        return getattr(shape, name, None) or default

    elements = tuple(sorted(geometry(element) for element in value("elements", [])))
    return (
        str(shape.type),
        shape.frame,
        shape.label_id,
        tuple(value("points", [])),
        value("rotation", 0.0),
        value("z_order", 0),
        value("outside", False),
        elements,
    )


@pytest.fixture
def job(make_task) -> Job:
    task = make_task()
    (job,) = task.get_jobs()
    job.labels_of = named(task)
    return job


def test_put_then_get_returns_every_shape_tag_and_track(job: Job):
    saved = everything(job.labels_of)

    job.set_annotations(saved)
    read = job.get_annotations()

    assert sorted(geometry(shape) for shape in read.shapes) == sorted(geometry(shape) for shape in saved.shapes)
    assert [(tag.frame, tag.label_id) for tag in read.tags] == [(3, job.labels_of.person)]
    (track,) = read.tracks
    assert [(shape.frame, list(shape.points), shape.outside) for shape in track.shapes] == [
        (1, [0, 0, 10, 10], False),
        (5, [8, 8, 18, 18], False),
        (6, [8, 8, 18, 18], True),
    ]
    assert (track.frame, track.group, [(a.spec_id, a.value) for a in track.attributes]) == (1, 2, [(job.labels_of.hue, "blue")])
    assert [shape.attributes[0].value for shape in track.shapes] == ["50", "50", "50"]


def test_get_completes_attributes_from_the_label(job: Job):
    of = job.labels_of
    job.set_annotations(models.LabeledDataRequest(shapes=[models.LabeledShapeRequest(type="points", label_id=of.car, frame=0, points=[1.0, 1.0])]))

    (shape,) = job.get_annotations().shapes

    assert {a.spec_id: a.value for a in shape.attributes} == {of.hue: "red", of.speed: "0"}
    assert (str(shape.source), shape.group, shape.occluded, shape.outside) == ("manual", 0, False, False)


def test_annotations_of_a_deleted_label_are_gone(client, job: Job):
    def box(label: int) -> models.LabeledShapeRequest:
        return models.LabeledShapeRequest(type="rectangle", label_id=label, frame=0, points=[0.0, 0.0, 5.0, 5.0])

    job.set_annotations(models.LabeledDataRequest(shapes=[box(job.labels_of.person), box(job.labels_of.car)]))

    client.api_client.labels_api.destroy(job.labels_of.car)

    assert [shape.label_id for shape in job.get_annotations().shapes] == [job.labels_of.person]
    assert [shape.label_id for shape in client.tasks.retrieve(job.task_id).get_annotations().shapes] == [job.labels_of.person]


def test_patch_creates_updates_and_deletes_under_stable_ids(job: Job):
    def box(x: float) -> dict:
        return {"type": "rectangle", "label_id": job.labels_of.person, "frame": 0, "points": [x, 0.0, x + 5, 5.0]}

    request = models.PatchedLabeledDataRequest
    job.update_annotations(request(shapes=[models.LabeledShapeRequest(**box(0)), models.LabeledShapeRequest(**box(10))]), action=AnnotationUpdateAction.CREATE)
    first, second = job.get_annotations().shapes

    job.update_annotations(request(shapes=[models.LabeledShapeRequest(id=second.id, **box(20))]), action=AnnotationUpdateAction.UPDATE)
    assert {shape.id: shape.points[0] for shape in job.get_annotations().shapes} == {first.id: 0, second.id: 20}

    job.remove_annotations(ids=[first.id])
    assert [shape.id for shape in job.get_annotations().shapes] == [second.id]

    job.remove_annotations()
    assert not job.get_annotations().shapes


def test_saving_moves_the_dates_of_job_and_task_but_not_the_state(client, make_task):
    task = make_task()
    (job,) = task.get_jobs()
    job.set_annotations(models.LabeledDataRequest(tags=[models.LabeledImageRequest(label_id=named(task).person, frame=0)]))

    before, after = job.updated_date, job.fetch().updated_date
    assert after > before
    assert client.tasks.retrieve(task.id).updated_date > task.updated_date
    assert (str(job.state), str(job.stage)) == ("new", "annotation")


def test_task_annotations_are_cut_to_its_jobs_and_merged_again(make_task):
    task = make_task(segment_size=4, overlap=2)
    of = named(task)
    shapes = [models.LabeledShapeRequest(type="rectangle", label_id=of.person, frame=frame, points=[0.0, 0.0, 9.0, 9.0]) for frame in range(8)]

    task.set_annotations(models.LabeledDataRequest(shapes=shapes))

    assert [shape.frame for shape in task.get_annotations().shapes] == list(range(8))
    jobs = sorted(task.get_jobs(), key=lambda job: job.start_frame)
    assert [[shape.frame for shape in job.get_annotations().shapes] for job in jobs] == [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"points": [1.0, 2.0, 3.0]}, "points"),
        ({"label_id": 999_999}, "label_id"),
        ({"id": 5}, "absent"),
        ({"attributes": [{"spec_id": 999_999, "value": "x"}]}, "spec_id"),
        ({"type": "blob"}, "blob"),
    ],
)
def test_put_of_an_invalid_shape_is_400_and_leaves_what_was_there(product, job: Job, change: dict, key: str):
    job.set_annotations(models.LabeledDataRequest(tags=[models.LabeledImageRequest(label_id=job.labels_of.person, frame=0)]))
    shape = {"type": "rectangle", "label_id": job.labels_of.person, "frame": 0, "points": [0, 0, 5, 5], **change}

    answer = product.http("PUT", f"/api/jobs/{job.id}/annotations/", json={"shapes": [shape]})

    assert answer.status == 400 and key in answer.data.decode()
    assert len(job.get_annotations().tags) == 1


def test_patch_without_an_action_is_400(product, job: Job):
    answer = product.http("PATCH", f"/api/jobs/{job.id}/annotations/", json={"shapes": []})

    assert (answer.status, answer.json()) == (400, ["Please specify a correct 'action' for the request"])


def test_annotations_of_a_task_without_data_are_400(client, make_task):
    task = client.tasks.create({"name": "empty", "labels": [{"name": "a"}]})

    with pytest.raises(exceptions.ApiException) as error:
        task.get_annotations()

    assert error.value.status == 400
    task.remove()

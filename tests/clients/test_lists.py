"""Lists: filters as the SDK builds them, search, sorting, pages, and the shapes of errors."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.filters import F, any_, not_

from product import Product

MARK = "listed-"
NAMES = [f"{MARK}{index:02}" for index in range(13)]


@pytest.fixture(scope="module")
def ids(client: Client):
    made = {
        name: client.tasks.create({"name": name, "labels": [{"name": "a"}], "subset": "Train" if index % 2 else "Test", "bug_tracker": f"b{index}"}).id
        for index, name in enumerate(NAMES)
    }
    yield made
    client.tasks.remove_by_ids(list(made.values()))


def names(client: Client, **query) -> list[str]:
    query["filter"] = F.name.contains(MARK) & query["filter"] if "filter" in query else F.name.contains(MARK)
    return [task.name for task in client.tasks.list(**query)]


def test_default_order_is_newest_first_over_all_pages(client: Client, ids: dict):
    assert names(client) == NAMES[::-1]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (F.name == NAMES[3], [3]),
        (F.name.one_of([NAMES[1], NAMES[5]]), [1, 5]),
        (not_(F.subset == "Train"), range(0, 13, 2)),
        ((F.subset == "Train") & (F.name > NAMES[6]), [7, 9, 11]),
        (any_(F.name == NAMES[0], F.name == NAMES[12]), [0, 12]),
        (F.tracker_link == "b4", [4]),
        (F.owner == "admin", range(13)),
        (not_(F.assignee.is_set()), range(13)),
        (F.assignee.is_set(), []),
        (F.name.contains("0") & ~(F.name == NAMES[0]), [*range(1, 11)]),
    ],
)
def test_filter_of_the_sdk_selects(client: Client, ids: dict, expression, expected):
    assert names(client, filter=expression, sort="name") == [NAMES[index] for index in expected]


def test_filter_by_id_range_and_date(client: Client, ids: dict):
    low, high = ids[NAMES[2]], ids[NAMES[5]]

    assert names(client, filter=F.id.between(low, high), sort="id") == NAMES[2:6]
    assert names(client, filter=F.updated_date > "2999-01-01T00:00:00Z") == []


def test_search_sort_and_simple_filters(product: Product, ids: dict):
    def listed(query: str) -> list[str]:
        return [task["name"] for task in product.http("GET", f"/api/tasks?page_size=50&{query}").json()["results"]]

    assert listed(f"search={MARK}%20TEST&sort=name") == NAMES[::2]
    assert listed(f"search={MARK}&sort=subset,-name") == [*NAMES[::-2], *NAMES[-2::-2]]
    assert listed(f"name={NAMES[4]}") == [NAMES[4]]
    assert listed(f"search={MARK}&sort=nonsense") == NAMES[::-1]


def test_pages_are_counted_linked_and_end_with_404(product: Product, ids: dict):
    query = f"/api/tasks?search={MARK}&page_size=5&page="
    first, last = product.http("GET", query + "1").json(), product.http("GET", query + "3").json()

    assert (first["count"], len(first["results"]), len(last["results"])) == (13, 5, 3)
    assert first["previous"] is None and last["next"] is None
    assert product.http("GET", first["next"]).json()["results"][0]["name"] == NAMES[7]
    beyond = product.http("GET", query + "4")
    assert (beyond.status, beyond.json()) == (404, {"detail": "Invalid page."})


def test_jobs_labels_and_projects_follow_their_parents(product: Product, client: Client, make_task):
    project = client.projects.create({"name": "parent", "labels": [{"name": "x"}, {"name": "y"}]})
    task = make_task(labels=[], project_id=project.id, segment_size=3)

    assert [label.name for label in task.get_labels()] == ["x", "y"]
    jobs = product.http("GET", f"/api/jobs?project_name=parent&sort=id").json()["results"]
    assert [(job["start_frame"], job["stop_frame"]) for job in jobs] == [(0, 2), (3, 5), (6, 7)]
    assert [found.id for found in client.projects.list(filter=F.name == "parent")] == [project.id]
    project.remove()
    assert product.http("GET", f"/api/tasks/{task.id}").status == 404


def test_patch_of_a_job_moves_stage_state_and_the_status_of_its_task(client: Client, make_task):
    task = make_task()
    (job,) = task.get_jobs()

    job.update({"stage": "acceptance", "state": "completed", "assignee": 1})

    assert (str(job.status), job.assignee.username) == ("completed", "admin")
    task.fetch()
    assert (str(task.status), task.jobs.completed) == ("completed", 1)
    job.update({"stage": "validation"})
    assert (str(job.state), str(job.status)) == ("new", "validation")


def test_labels_are_changed_and_removed(product: Product, client: Client, make_task):
    task = make_task()
    car, person, _ = task.get_labels()

    task.update({"labels": [{"id": person.id, "name": "human"}, {"id": car.id, "name": "car", "deleted": True}, {"name": "tree"}]})

    assert {label.name for label in task.get_labels()} == {"human", "body", "tree"}
    assert product.http("GET", f"/api/labels/{car.id}").status == 404
    colors = [label.color for label in task.get_labels()]
    assert len(set(colors)) == 3 and all(color == color.lower() and len(color) == 7 for color in colors)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/tasks/999999", 404),
        ("GET", "/api/tasks/999999/data/meta", 404),
        ("GET", "/api/nonsense", 404),
        ("PUT", "/api/tasks/1", 405),
        ("DELETE", "/api/tasks", 405),
        ("GET", "/api/lambda/functions", 501),
    ],
)
def test_errors_have_a_detail(product: Product, method: str, path: str, status: int):
    answer = product.http(method, path)

    assert answer.status == status and answer.json()["detail"]
    assert answer.headers["X-Request-Id"]


def test_request_that_is_unknown_is_404(product: Product):
    path = "/api/requests/" + quote("action=create&target=task&target_id=999999", safe="")

    assert product.http("GET", path).status == 404


def test_about_formats_and_schema_are_served(product: Product, client: Client):
    assert str(client.get_server_version()).startswith("2.80")
    formats = product.http("GET", "/api/server/annotation/formats").json()
    wanted = {"CVAT for images 1.1", "COCO 1.0", "Ultralytics YOLO Detection 1.0"}
    assert wanted <= {entry["name"] for entry in formats["exporters"]}
    assert product.http("GET", "/api/schema/", auth=None).status == 200


def test_more_labels_than_one_transaction_takes(product: Product, client: Client):
    project = client.projects.create({"name": "many", "labels": [{"name": f"first {index}"} for index in range(150)]})
    project.update(models.PatchedProjectWriteRequest(labels=[models.PatchedLabelRequest(name=f"second {index}") for index in range(250)]))
    labels = project.get_labels()
    assert len(labels) == 400 and len({label.color for label in labels}) == 400
    project.update(models.PatchedProjectWriteRequest(labels=[models.PatchedLabelRequest(id=label.id, deleted=True) for label in labels[:390]]))
    assert [label.name for label in project.get_labels()] == [f"second {index}" for index in range(240, 250)]
    project.remove()

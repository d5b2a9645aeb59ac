"""Transfers of projects and tasks between workspaces: everything goes along, nobody is assigned any more, a kill in the middle leaves nothing behind."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import urllib3
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.organizations import Organization
from cvat_sdk.core.proxies.tasks import Task

from conftest import LABELS
from product import ADMIN, Product, eventually
from test_annotations import everything, named

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def organization(client: Client) -> Iterator[Organization]:
    made = client.organizations.create(models.OrganizationWriteRequest(slug=f"t{uuid4().hex[:12]}"))
    yield made
    made.remove()


def patch(product: Product, path: str, **fields) -> urllib3.BaseHTTPResponse:
    return product.http("PATCH", path, body=json.dumps(fields), headers=JSON)


def test_a_task_goes_with_its_jobs_annotations_and_labels(product: Product, client: Client, make_task, organization: Organization):
    task: Task = make_task(labels=LABELS, segment_size=4)
    task.set_annotations(everything(named(task)))
    job = task.get_jobs()[0]
    client.issues.create(models.IssueWriteRequest(frame=0, position=[1.0, 2.0], job=job.id, message="look"))
    patch(product, f"/api/jobs/{job.id}", assignee=1)
    before = task.get_annotations()

    answer = patch(product, f"/api/tasks/{task.id}", organization_id=organization.id)

    moved = answer.json()
    assert (answer.status, moved["organization_id"], moved["owner"]["username"], moved["assignee"]) == (200, organization.id, ADMIN[0], None)
    assert [found["id"] for found in product.http("GET", f"/api/tasks?org={organization.slug}").json()["results"]] == [task.id]
    assert task.id not in [found["id"] for found in product.http("GET", "/api/tasks?org=&page_size=100").json()["results"]]
    jobs = product.http("GET", f"/api/jobs?org={organization.slug}&task_id={task.id}").json()["results"]
    assert len(jobs) == 2 and all(found["assignee"] is None for found in jobs)
    assert product.http("GET", f"/api/issues?org={organization.slug}").json()["count"] == 1
    after = task.get_annotations()
    assert [shape.to_dict() for shape in after.shapes] == [shape.to_dict() for shape in before.shapes]
    assert len(task.get_labels()) == 3 and len(task.get_frames_info()) == 8

    mine = product.http("GET", f"/api/requests?org={organization.slug}&action=create").json()["results"]
    assert [request["operation"]["task_id"] for request in mine] == [task.id]

    assert patch(product, f"/api/tasks/{task.id}", organization_id=None).json()["organization_id"] is None
    assert product.http("GET", f"/api/jobs?org={organization.slug}").json()["count"] == 0


def test_a_project_takes_its_tasks_along(product: Product, client: Client, make_task, organization: Organization):
    project = client.projects.create({"name": "travels", "labels": [{"name": "a"}]})
    task: Task = make_task(labels=[], project_id=project.id)

    answer = patch(product, f"/api/projects/{project.id}", organization_id=organization.id)

    assert (answer.status, answer.json()["organization_id"], answer.json()["tasks"]["count"]) == (200, organization.id, 1)
    assert product.http("GET", f"/api/tasks/{task.id}").json()["organization_id"] == organization.id
    assert [label.name for label in project.get_labels()] == ["a"]
    assert patch(product, f"/api/tasks/{task.id}", organization_id=None).json() == ["Only top-level resources can be moved between workspaces"]
    project.remove()


def test_what_can_not_be_moved_stays(product: Product, make_task, organization: Organization):
    task: Task = make_task()
    path = f"/api/tasks/{task.id}"
    assert patch(product, path, organization_id=10**6).json() == ["Invalid organization id"]
    mixed = patch(product, path, organization_id=organization.id, name="new").json()
    assert mixed == {"non_field_errors": ["Fields {'name'} cannot be updated when transferring to another workspace"]}
    assert product.http("GET", path).json()["organization_id"] is None


def test_a_kill_in_the_middle_of_a_transfer_is_made_up_for(own_product: Product, frames: list[Path]):
    product = own_product
    with product.client() as client:
        organization = client.organizations.create(models.OrganizationWriteRequest(slug="target"))
        labels = [{"name": f"label {index}"} for index in range(400)]
        project = client.projects.create({"name": "large", "labels": labels})
        task = client.tasks.create_from_data({"name": "inside", "project_id": project.id}, frames)
    with socket.create_connection(("127.0.0.1", product.port)) as raw:
        body = json.dumps({"organization_id": organization.id})
        basic = urllib3.make_headers(basic_auth=":".join(ADMIN))["authorization"]
        head = f"PATCH /api/projects/{project.id} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {basic}\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        eventually("it has begun", lambda: product.http("GET", f"/api/projects/{project.id}").status == 404 or moved(product, project.id, organization.id), 30)
        product.kill()

    product.start()

    eventually("it is there", lambda: moved(product, project.id, organization.id), 60)
    assert product.http("GET", f"/api/labels?project_id={project.id}&page_size=1").json()["count"] == 400
    assert product.http("GET", f"/api/tasks/{task.id}").json()["organization_id"] == organization.id
    assert product.http("GET", "/api/projects?org=").json()["count"] == product.http("GET", "/api/labels?org=").json()["count"] == 0


def moved(product: Product, project: int, organization: int) -> bool:
    answer = product.http("GET", f"/api/projects/{project}")
    return answer.status == 200 and answer.json()["organization_id"] == organization

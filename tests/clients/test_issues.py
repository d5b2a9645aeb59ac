"""Issues and comments with the official client, and their history in the audit trail across a kill."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.exceptions import ApiException

from product import Product
from uploading import new_task, upload


def raise_issue(client: Client, job: int, message: str, frame: int = 0):
    return client.issues.create(models.IssueWriteRequest(frame=frame, position=[1.0, 2.0, 30.0, 40.0], job=job, message=message))


def test_issue_lives_from_create_to_remove(client: Client, make_task: Callable[..., Task]):
    job = make_task().get_jobs()[0]

    issue = raise_issue(client, job.id, "the box is off")
    assert (issue.job, issue.frame, list(issue.position), issue.resolved) == (job.id, 0, [1.0, 2.0, 30.0, 40.0], False)
    assert [comment.message for comment in issue.get_comments()] == ["the box is off"]

    issue.update(models.PatchedIssueWriteRequest(resolved=True))
    assert client.issues.retrieve(issue.id).resolved
    assert [found.id for found in job.get_issues()] == [issue.id]
    job.fetch()
    assert job.issues.count == 1

    issue.remove()
    with pytest.raises(ApiException) as gone:
        client.issues.retrieve(issue.id)
    assert gone.value.status == 404


def test_comments_are_written_changed_and_removed(client: Client, make_task: Callable[..., Task]):
    issue = raise_issue(client, make_task().get_jobs()[0].id, "first")

    comment = client.comments.create(models.CommentWriteRequest(issue.id, message="second"))
    comment.update(models.PatchedCommentWriteRequest(message="changed"))
    assert [(found.message, found.owner.username) for found in issue.get_comments()] in (
        [("changed", "admin"), ("first", "admin")],
        [("first", "admin"), ("changed", "admin")],
    )

    comment.remove()
    issue.fetch()
    assert issue.comments.count == 1


def test_issues_are_found_by_the_filters_of_the_contract(client: Client, make_task: Callable[..., Task]):
    task = make_task()
    job = task.get_jobs()[0]
    one, two = raise_issue(client, job.id, "one", 1), raise_issue(client, job.id, "two", 2)
    two.update(models.PatchedIssueWriteRequest(resolved=True))
    api = client.api_client.issues_api

    def found(**query) -> list[int]:
        return [issue.id for issue in api.list(**query)[0].results]

    assert found(task_id=task.id, sort="frame_id") == [one.id, two.id]
    assert found(job_id=job.id, resolved=True) == [two.id]
    assert found(job_id=job.id, frame_id=1) == [one.id]
    assert found(job_id=job.id, filter='{"==":[{"var":"resolved"},false]}') == [one.id]


def test_a_removed_task_takes_its_issues_along(client: Client, product: Product, make_task: Callable[..., Task]):
    task = make_task()
    issue = raise_issue(client, task.get_jobs()[0].id, "m")

    task.remove()

    assert product.http("GET", f"/api/issues/{issue.id}").status == 404
    assert product.http("GET", f"/api/comments?issue_id={issue.id}").json()["count"] == 0


def test_every_acknowledged_change_is_in_the_audit_trail_after_a_kill(own_product: Product, frames: list):
    product = own_product
    with product.client() as client:
        task = new_task(client)
        upload(product, task, {frame.name: frame.read_bytes() for frame in frames})
        issue = raise_issue(client, client.tasks.retrieve(task).get_jobs()[0].id, "m")
        for number in range(20):
            issue.update(models.PatchedIssueWriteRequest(position=[float(number), 0.0]))

    product.kill()
    product.start()

    answer = product.http("GET", f"/api/audit?resource=issue&id={issue.id}&page_size=500").json()
    changes = [{change["field"]: change["to"] for change in entry["changes"]} for entry in answer["results"]]
    assert [entry["action"] for entry in answer["results"]] == ["update"] * 20 + ["create"]
    assert [change["position"][0] for change in changes[:20]] == [float(number) for number in reversed(range(20))]
    assert {entry["user"]["username"] for entry in answer["results"]} == {"admin"}

"""Events with the official client, and what a browser hears live."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timezone

import urllib3
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task

from product import ADMIN, Product


def export(product: Product, query: str) -> list[dict[str, str]]:
    answer = product.http("POST", f"/api/events/export?{query}")
    assert answer.status == 202, answer.data
    request = product.finished(answer.json()["rq_id"])
    assert request["status"] == "finished", request["message"]
    return list(csv.DictReader(io.StringIO(product.http("GET", request["result_url"]).data.decode())))


def send(client: Client, task: int) -> None:
    now = datetime.now(timezone.utc)
    event = models.EventRequest(scope="load:job", timestamp=now, task_id=task, payload='{"a": "b,\\"c"}')
    _, answer = client.api_client.events_api.create(models.ClientEventsRequest(timestamp=now, events=[event]))
    assert answer.status == 201


def test_events_come_back_as_csv(client: Client, product: Product, make_task: Callable[..., Task]):
    task = make_task()
    send(client, task.id)

    rows = export(product, f"task_id={task.id}")

    scopes = {row["scope"] for row in rows}
    assert {"load:job", "create:task", "create:job"} <= scopes
    sent = next(row for row in rows if row["scope"] == "load:job")
    assert (sent["source"], sent["user_name"], sent["payload"]) == ("client", "admin", '{"a": "b,\\"c"}')
    assert next(row for row in rows if row["scope"] == "create:task")["obj_id"] == str(task.id)


def test_acknowledged_events_survive_a_kill(own_product: Product):
    product = own_product
    with product.client() as client:
        for number in range(1, 11):
            send(client, number)

    product.kill()
    product.start()

    rows = [row for row in export(product, "") if row["scope"] == "load:job"]
    assert sorted(int(row["task_id"]) for row in rows) == list(range(1, 11))


def test_a_browser_hears_of_changes_as_they_happen(client: Client, product: Product):
    pool = urllib3.PoolManager()
    headers = {**urllib3.make_headers(basic_auth=":".join(ADMIN)), "Accept": "text/event-stream"}
    stream = pool.request("GET", f"{product.url}/api/live", headers=headers, preload_content=False, timeout=30)
    assert stream.headers["Content-Type"] == "text/event-stream"
    chunks = stream.read_chunked()
    assert next(chunks).startswith(b"retry: 2000\n")

    project = client.projects.create({"name": "heard"})

    heard = b""
    while f'"resource":"project","resource_id":{project.id}'.encode() not in heard:
        heard += next(chunks)
    stream.close()
    pool.clear()

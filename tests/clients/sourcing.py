"""What tests of tasks from shares, URLs and buckets have in common: start a creation, wait for its end, look at what came of it."""

from __future__ import annotations

import urllib3
from cvat_sdk.core.client import Client

from product import Product
from uploading import new_task

LABELS = '[{"name":"thing"}]'


def start(product: Product, client: Client, **data) -> tuple[int, str]:
    task = new_task(client)
    answer = product.http("POST", f"/api/tasks/{task}/data/", json={"image_quality": 70, **data})
    assert answer.status == 202, answer.data
    return task, answer.json()["rq_id"]


def made(product: Product, client: Client, **data) -> int:
    task, rq_id = start(product, client, **data)
    request = product.finished(rq_id)
    assert request["status"] == "finished", request["message"]
    return task


def refusal(product: Product, client: Client, **data) -> str:
    request = product.finished(start(product, client, **data)[1])
    assert request["status"] == "failed"
    return request["message"]


def names(product: Product, task: int) -> list[str]:
    return [frame["name"] for frame in meta(product, task)["frames"]]


def meta(product: Product, task: int) -> dict:
    return product.http("GET", f"/api/tasks/{task}/data/meta").json()


def frame(product: Product, task: int, number: int, quality: str = "original") -> urllib3.BaseHTTPResponse:
    return product.http("GET", f"/api/tasks/{task}/data/?type=frame&number={number}&quality={quality}")

"""Buckets that let nobody in, or nobody any more: the request says so, and nothing half-made stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from cvat_sdk.core.client import Client

import pictures
from buckets import Bucket, manifest, register
from product import Product, eventually
from relay import Relay
from sourcing import frame, names, start
from test_bad_input import blobs

FILES = [f"guarded/{index}.png" for index in range(6)]


class Guard(Relay):
    """Stands before a bucket. Once it is closed, only so many objects are given out; when none is left, every call is refused."""

    def __init__(self, bucket: Bucket):
        super().__init__(bucket.url)
        self.bucket = bucket
        self.left: int | None = None
        self.refuses = self._refuses

    def _refuses(self, method: str, path: str) -> bool:
        if self.left is None:
            return False
        is_content = method == "GET" and any(quote(name.split("/")[-1]) in path for name in FILES)
        if self.left > 0 and is_content and not ("/storage/v1/" in path and "alt=media" not in path):
            self.left -= 1
            return False
        return self.left == 0

    def registration(self) -> dict:
        fields = self.bucket.registration()
        if "endpoint_url" in fields.get("specific_attributes", ""):
            fields["specific_attributes"] = urlencode({"endpoint_url": self.url, "region": "us-east-1"})
        return fields


@pytest.fixture(scope="module")
def guards(buckets: dict[str, Bucket], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Guard]]:
    folder = tmp_path_factory.mktemp("guarded")
    made = {name: Guard(bucket) for name, bucket in buckets.items()}
    for guard in made.values():
        for index, key in enumerate(FILES):
            guard.bucket.put(key, pictures.noise(folder / f"{index}.png", 64 + index, 48, index).read_bytes())
        guard.bucket.put("guarded/manifest.jsonl", manifest({"name": "0", "extension": ".png", "width": 64, "height": 48}))
    yield made
    for guard in made.values():
        guard.close()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, guards: dict[str, Guard]) -> Iterator[Product]:
    settings = {
        "CVATSERVERLESS_OUTBOUND_ALLOW": "127.0.0.0/8",
        "STORAGE_EMULATOR_HOST": guards["Google"].url,
        "CVATSERVERLESS_AZURE_BLOB_ENDPOINT": f"{guards['Azure'].url}/{{account}}" if "Azure" in guards else "",
    }
    product = Product(tmp_path_factory.mktemp("refusals") / "data", **settings).start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def client(product: Product) -> Iterator[Client]:
    with product.client() as client:
        yield client


@pytest.fixture(params=["S3", "Google", "Azure"])
def guard(request: pytest.FixtureRequest, guards: dict[str, Guard]) -> Iterator[Guard]:
    if request.param not in guards:
        pytest.skip("Azurite is not in tests/Compliance/node_modules")
    guard = guards[request.param]
    guard.left = None
    yield guard
    guard.left = None


def test_a_closed_bucket_is_told(product: Product, client: Client, guard: Guard):
    """contract-data.md §5.3 and §5.4, trouble of the bucket: 403."""
    storage = register(client, guard.registration(), manifests=["guarded/manifest.jsonl"]).id
    path = f"/api/cloudstorages/{storage}"
    assert product.http("GET", f"{path}/status").json() == "AVAILABLE"

    guard.left = 0

    assert product.http("GET", f"{path}/status").json() == "FORBIDDEN"
    for suffix in ("content-v2", "content-v2?manifest_path=guarded/manifest.jsonl", "preview", "actions"):
        answer = product.http("GET", f"{path}/{suffix}")
        assert answer.status == 403 and "can't be accessed with these credentials" in answer.json(), (suffix, answer.data)


@pytest.mark.parametrize("use_cache", [True, False])
def test_a_bucket_that_closes_while_files_are_taken(product: Product, client: Client, guard: Guard, use_cache: bool):
    storage, before = register(client, guard.registration()).id, blobs(product)
    data = {"cloud_storage_id": storage, "server_files": FILES, "use_cache": use_cache}
    guard.left = 2

    task, rq_id = start(product, client, **data)
    request = product.finished(rq_id)

    assert guard.left == 0
    assert request["status"] == "failed" and "can't be accessed with these credentials" in request["message"] and "guarded/" in request["message"], request["message"]
    after = client.tasks.retrieve(task)
    assert (getattr(after, "size", None) or 0, after.jobs.count) == (0, 0)
    eventually("nothing half-made stays", lambda: not blobs(product) - before, 30)

    guard.left = None
    answer = product.http("POST", f"/api/tasks/{task}/data/", json={"image_quality": 70, **data})
    assert product.finished(answer.json()["rq_id"])["status"] == "finished"
    assert names(product, task) == FILES
    assert frame(product, task, 5).status == 200


def test_a_bucket_that_closes_later_refuses_frames(product: Product, client: Client, guard: Guard):
    storage = register(client, guard.registration()).id
    task, rq_id = start(product, client, cloud_storage_id=storage, server_files=FILES, use_cache=True)
    assert product.finished(rq_id)["status"] == "finished"

    guard.left = 0

    answer = product.http("GET", f"/api/tasks/{task}/data/?type=frame&number=3&quality=original")
    assert 400 <= answer.status < 500 and "guarded/3.png" in answer.json(), answer.data

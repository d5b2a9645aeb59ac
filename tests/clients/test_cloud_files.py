"""Files that go to buckets and come from there: datasets, annotations, manifests; defaults of tasks and projects; who may."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.core.proxies.types import Location

from buckets import S3, Bucket, picture, register
from product import Product

PASSWORD = "correct-horse-7"


@pytest.fixture(scope="module")
def product(cloud_product: Product) -> Product:
    return cloud_product


@pytest.fixture(scope="module")
def client(cloud_client: Client) -> Client:
    return cloud_client


@pytest.fixture(scope="module")
def task(client: Client, frames: list[Path]) -> Task:
    task = client.tasks.create_from_data({"name": "exported", "labels": [{"name": "car"}]}, frames[:3])
    box = models.LabeledShapeRequest(type="rectangle", label_id=task.get_labels()[0].id, frame=1, points=[1.0, 2.0, 30.0, 40.0])
    task.set_annotations(models.LabeledDataRequest(shapes=[box]))
    return task


@pytest.fixture
def stranger(product: Product) -> tuple[str, str]:
    name = f"user{uuid4().hex[:8]}"
    body = {"username": name, "email": f"{name}@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert product.http("POST", "/api/auth/register", auth=None, json=body).status == 201
    return name, PASSWORD


def start(product: Product, path: str, **query: object) -> str:
    answer = product.http("POST", f"{path}?{urlencode(query)}")
    assert answer.status == 202, answer.data
    return answer.json()["rq_id"]


def unpacked(content: bytes | None) -> list[str]:
    assert content is not None, "it is not in the bucket"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


def test_a_dataset_goes_to_the_bucket_and_its_annotations_come_back(product: Product, client: Client, bucket: Bucket, task: Task):
    """contract-data.md §5.6."""
    storage = register(client, bucket.registration())
    key = "out/my dataset.zip"

    made = task.export_dataset("COCO 1.0", key, location=Location.CLOUD_STORAGE, cloud_storage_id=storage.id)

    assert made is None and unpacked(bucket.get(key)) == ["annotations/instances_default.json", *(f"images/default/{index}.png" for index in range(3))]
    assert not list((product.data / "blobs").rglob("result.zip"))
    task.remove_annotations()
    bucket.put("in/boxes.zip", bucket.get(key) or b"")
    query = {"format": "COCO 1.0", "location": "cloud_storage", "cloud_storage_id": storage.id, "filename": "in/boxes.zip"}
    request = product.finished(start(product, f"/api/tasks/{task.id}/annotations", **query))
    assert request["status"] == "finished", request
    (shape,) = task.get_annotations().shapes
    assert (shape.frame, shape.points) == (1, [1.0, 2.0, 30.0, 40.0])


def test_exports_and_imports_stay_within_the_prefix(product: Product, client: Client, s3: S3, task: Task):
    storage = register(client, s3.registration(prefix="kept/"))
    query = {"format": "COCO 1.0", "location": "cloud_storage", "cloud_storage_id": storage.id}
    for path in ("dataset/export", "annotations"):
        answer = product.http("POST", f"/api/tasks/{task.id}/{path}?{urlencode({**query, 'filename': 'elsewhere.zip'})}")
        assert answer.status == 400 and "must begin with the prefix" in str(answer.json())

    assert product.finished(start(product, f"/api/tasks/{task.id}/dataset/export", **query))["status"] == "finished"
    (kept,) = product.http("GET", f"/api/cloudstorages/{storage.id}/content-v2?prefix=kept/").json()["content"]
    assert unpacked(s3.get("kept/" + kept["name"]))


def test_without_a_location_the_defaults_of_the_task_count(product: Product, client: Client, s3: S3, frames: list[Path]):
    """contract-data.md §5.6; trap 33."""
    storage = register(client, s3.registration())
    place = {"location": "cloud_storage", "cloud_storage_id": storage.id}
    project = client.projects.create({"name": "kept elsewhere", "labels": [{"name": "car"}], "target_storage": place, "source_storage": place})
    task = client.tasks.create_from_data({"name": "Its own", "project_id": project.id}, frames[:1])
    assert (task.target_storage.cloud_storage_id, str(task.source_storage.location)) == (storage.id, "cloud_storage")

    rq_id = start(product, f"/api/tasks/{task.id}/dataset/export", format="COCO 1.0", filename="by/default.zip")
    request = product.finished(rq_id)
    assert (request["status"], request["result_url"]) == ("finished", None)
    assert unpacked(s3.get("by/default.zip"))
    named = product.finished(start(product, f"/api/jobs/{task.get_jobs()[0].id}/dataset/export", format="COCO 1.0"))
    assert named["status"] == "finished"
    local = product.finished(start(product, f"/api/tasks/{task.id}/dataset/export", format="COCO 1.0", location="local"))
    assert local["result_url"]
    imported = product.finished(start(product, f"/api/tasks/{task.id}/annotations", format="COCO 1.0", filename="by/default.zip"))
    assert imported["status"] == "finished", imported
    client.api_client.cloudstorages_api.destroy(storage.id)
    gone = product.http("POST", f"/api/tasks/{task.id}/dataset/export?format=COCO%201.0")
    assert gone.status == 404 and "default location was removed" in gone.json()["detail"]


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"location": "cloud_storage"}, 400, "cloud_storage_id was not provided"),
        ({"location": "cloud_storage", "cloud_storage_id": "x"}, 400, "A valid integer is required."),
        ({"location": "cloud_storage", "cloud_storage_id": 999999}, 404, "No CloudStorage matches"),
        ({"location": "attic"}, 400, "Invalid location"),
        ({"location": "cloud_storage", "cloud_storage_id": "{id}", "filename": "../a.zip"}, 400, "without leading slash"),
        ({"location": "cloud_storage", "cloud_storage_id": "{id}", "filename": "%2e%2e/a.zip"}, 400, "without leading slash"),
    ],
)
def test_places_that_make_no_sense_are_refused_at_once(product: Product, client: Client, s3: S3, task: Task, query: dict, status: int, message: str):
    """contract-data.md §5.6, refusals."""
    storage = register(client, s3.registration())
    query = {name: str(value).replace("{id}", str(storage.id)) for name, value in query.items()}
    for path in ("dataset/export", "annotations"):
        answer = product.http("POST", f"/api/tasks/{task.id}/{path}?{urlencode({'format': 'COCO 1.0', 'filename': 'a.zip', **query})}")
        assert answer.status == status and message in answer.data.decode(), answer.data


def test_failures_of_the_bucket_say_what_to_do(product: Product, client: Client, task: Task):
    gone = S3()
    storage = register(client, gone.registration())
    place = {"format": "COCO 1.0", "location": "cloud_storage", "cloud_storage_id": storage.id}
    missing = product.finished(start(product, f"/api/tasks/{task.id}/annotations", **place, filename="nothing.zip"))
    assert (missing["status"], missing["message"]) == ("failed", "'nothing.zip' in the bucket 'pictures' does not exist (NoSuchKey).")
    gone.call("DELETE", "/pictures", headers=gone._headers())
    lost = product.finished(start(product, f"/api/tasks/{task.id}/dataset/export", **place, filename="lost.zip"))
    assert (lost["status"], lost["message"]) == ("failed", "The bucket 'pictures' does not exist (NoSuchBucket).")
    gone.stop()


def test_a_storage_is_its_owners(product: Product, client: Client, s3: S3, task: Task, stranger: tuple[str, str]):
    storage = register(client, s3.registration())
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/content-v2"), ("GET", "/status"), ("GET", "/actions"), ("GET", "/preview"), ("POST", "/manifest")):
        assert product.http(method, f"/api/cloudstorages/{storage.id}{path}", auth=stranger).status == 403, path
    assert product.http("GET", "/api/cloudstorages", auth=stranger).json()["count"] == 0
    place = {"location": "cloud_storage", "cloud_storage_id": storage.id}
    refused = product.http("POST", "/api/projects", auth=stranger, json={"name": "x", "labels": [], "target_storage": place})
    assert refused.status == 403
    with product.client(stranger) as other:
        own = other.tasks.create({"name": "own", "labels": [{"name": "a"}]})
        answer = product.http("PATCH", f"/api/tasks/{own.id}", auth=stranger, json={"source_storage": place})
        assert answer.status == 403
    unknown = product.http("PATCH", f"/api/tasks/{task.id}", json={"source_storage": {**place, "cloud_storage_id": 999999}})
    assert (unknown.status, unknown.json()) == (400, ["The specified cloud storage 999999 does not exist."])


def test_an_organizations_storage_is_its_managers_and_outlives_it(product: Product, client: Client, s3: S3):
    organization = client.organizations.create({"slug": f"o{uuid4().hex[:10]}"})
    answer = product.http("POST", f"/api/cloudstorages?org_id={organization.id}", json=s3.registration())
    assert (answer.status, answer.json()["organization"]) == (201, organization.id)
    storage = answer.json()["id"]
    assert storage in [item["id"] for item in product.http("GET", f"/api/cloudstorages?org={organization.slug}").json()["results"]]
    assert storage not in [item["id"] for item in product.http("GET", "/api/cloudstorages?org=&page_size=100").json()["results"]]

    organization.remove()

    assert product.http("GET", f"/api/cloudstorages/{storage}").json()["organization"] is None
    assert product.http("GET", f"/api/cloudstorages/{storage}/status").json() == "AVAILABLE"


def test_a_manifest_is_written_into_the_bucket(product: Product, client: Client, bucket: Bucket):
    for key, size in {"set/10.png": (10, 5), "set/2.png": (4, 3), "set/deep/ü 1.png": (7, 7)}.items():
        bucket.put(key, picture(*size))
    bucket.put("set/related_images/2_png/front.png", picture(2, 2))
    bucket.put("set/notes.txt", b"no picture")
    bucket.put("other/3.png", picture(3, 3))
    storage = register(client, bucket.registration())

    answer = product.http("POST", f"/api/cloudstorages/{storage.id}/manifest", json={"prefix": "set/"})
    request = product.finished(answer.json()["rq_id"])

    assert (request["status"], request["result_id"], request["operation"]["type"]) == ("finished", storage.id, "create:manifest"), request
    lines = [json.loads(line) for line in (bucket.get("set/manifest.jsonl") or b"").decode().splitlines()]
    assert lines[:2] == [{"version": "1.1"}, {"type": "images"}]
    assert lines[2:] == [
        {"name": "10", "extension": ".png", "width": 10, "height": 5},
        {"name": "2", "extension": ".png", "width": 4, "height": 3, "meta": {"related_images": ["related_images/2_png/front.png"]}},
        {"name": "deep/ü 1", "extension": ".png", "width": 7, "height": 7},
    ]
    assert client.api_client.cloudstorages_api.retrieve(storage.id)[0].manifests == ["set/manifest.jsonl"]
    assert product.http("GET", f"/api/cloudstorages/{storage.id}/preview").status == 200
    assert product.http("GET", "/api/requests?page_size=100").status == 200
    assert client.api_client.requests_api.list()[0].count > 0


def test_manifests_that_can_not_be_written_say_why(product: Product, client: Client, s3: S3):
    s3.put("broken/1.png", b"this is no picture")
    storage = register(client, s3.registration(prefix="broken/"))

    def written(**body: str) -> dict:
        answer = product.http("POST", f"/api/cloudstorages/{storage.id}/manifest", json=body)
        return product.finished(answer.json()["rq_id"]) if answer.status == 202 else answer.json()

    failed = written()
    assert failed["status"] == "failed" and "broken/1.png" in failed["message"]
    assert "There are no pictures" in written(prefix="broken/empty/")["message"]
    assert "prefix" in written(prefix="elsewhere/") and "path" in written(path="broken/manifest.txt") and "path" in written(path="broken/sub/manifest.jsonl")


def test_an_export_reaches_the_bucket_although_the_server_was_killed(own_product: Product, cloud_settings: dict[str, str], s3: S3, photos: list[Path]):
    product = own_product
    product.kill()
    product.settings |= cloud_settings
    product.start()
    with product.client() as client:
        storage = register(client, s3.registration())
        task = client.tasks.create_from_data({"name": "photos", "labels": [{"name": "a"}]}, photos)
    place = {"location": "cloud_storage", "cloud_storage_id": storage.id, "filename": "killed.zip"}
    rq_id = start(product, f"/api/tasks/{task.id}/dataset/export", format="COCO 1.0", save_images=True, **place)
    product.kill()
    product.start()

    request = product.finished(rq_id)
    assert (request["status"], request["result_url"]) == ("finished", None), request
    assert len(unpacked(s3.get("killed.zip"))) == len(photos) + 1


def test_a_manifest_is_written_although_the_server_was_killed(own_product: Product, cloud_settings: dict[str, str], s3: S3):
    product = own_product
    product.kill()
    product.settings |= cloud_settings
    product.start()
    for index in range(40):
        s3.put(f"killed/{index:02}.png", picture(index + 1, 2))
    with product.client() as client:
        storage = register(client, s3.registration())
    rq_id = product.http("POST", f"/api/cloudstorages/{storage.id}/manifest", json={"prefix": "killed/"}).json()["rq_id"]
    product.kill()
    product.start()

    assert product.finished(rq_id)["status"] == "finished"
    lines = [json.loads(line) for line in (s3.get("killed/manifest.jsonl") or b"").decode().splitlines()]
    assert [line["width"] for line in lines[2:]] == list(range(1, 41))
    assert product.http("GET", f"/api/cloudstorages/{storage.id}/status").json() == "AVAILABLE"

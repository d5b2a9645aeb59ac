"""Cloud storages with the official client against real servers: S3, Google Cloud Storage and Azure Blob Storage."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from PIL import Image

from buckets import S3, Bucket, manifest, picture, register
from product import Product


@pytest.fixture(scope="module")
def product(cloud_product: Product) -> Product:
    return cloud_product


@pytest.fixture(scope="module")
def client(cloud_client: Client) -> Client:
    return cloud_client


def names(product: Product, storage: int, **query) -> list[str]:
    answer = product.http("GET", f"/api/cloudstorages/{storage}/content-v2?{urlencode(query)}")
    assert answer.status == 200, answer.data
    return [f"{item['name']}{'/' if item['type'] == 'DIR' else ''}" for item in answer.json()["content"]]


def test_a_bucket_is_registered_listed_changed_and_removed(product: Product, client: Client, bucket: Bucket):
    bucket.put("life/manifest.jsonl", manifest({"name": "1", "extension": ".png", "width": 4, "height": 3}))
    api = client.api_client.cloudstorages_api

    made = register(client, bucket.registration(), description="all of it", manifests=["life/manifest.jsonl"])

    assert (made.resource, made.manifests, made.owner.username, made.organization) == (bucket.name, ["life/manifest.jsonl"], "admin", None)
    read = api.retrieve(made.id)[0]
    assert (read.display_name, read.description, read.specific_attributes) == (made.display_name, "all of it", made.specific_attributes)
    assert json.loads(api.retrieve_status(made.id)[1].data) == "AVAILABLE"
    assert "read" in api.retrieve_actions(made.id)[0]
    listed = api.list(provider_type=str(made.provider_type), name=made.display_name, sort="-id")[0]
    assert listed.results[0].id == made.id
    assert api.list(search="all of it")[0].count >= 1
    changed = api.partial_update(made.id, patched_cloud_storage_write_request=models.PatchedCloudStorageWriteRequest(display_name="renamed", manifests=[]))[0]
    assert (changed.display_name, changed.manifests, changed.description) == ("renamed", [], "all of it")
    api.destroy(made.id)
    assert product.http("GET", f"/api/cloudstorages/{made.id}").status == 404


def test_content_is_shown_level_by_level_and_page_by_page(product: Product, client: Client, bucket: Bucket):
    """contract-data.md §5.4, prefix and kinds."""
    for key in ("tree/a.png", "tree/b.mp4", "tree/c.zip", "tree/d.pdf", "tree/e.jsonl", "tree/sub/f g+ü.png", "tree/sub/deep/h.png", "treehouse.png"):
        bucket.put(key, b"x")
    storage = register(client, bucket.registration())
    page = client.api_client.cloudstorages_api.retrieve_content_v2(storage.id, prefix="tree/")[0]

    assert {(str(item.name), str(item.type), str(item.mime_type)) for item in page.content} == {
        ("a.png", "REG", "image"),
        ("b.mp4", "REG", "video"),
        ("c.zip", "REG", "archive"),
        ("d.pdf", "REG", "pdf"),
        ("e.jsonl", "REG", "unknown"),
        ("sub", "DIR", "DIR"),
    }
    assert names(product, storage.id, prefix="/tree/sub/") == ["deep/", "f g+ü.png"]
    assert names(product, storage.id, prefix="tree") == ["tree/", "treehouse.png"]
    assert names(product, storage.id, prefix="tree/su") == ["sub/"]
    assert names(product, storage.id, prefix="nowhere/") == []

    limited = register(client, bucket.registration(prefix="tree/sub/"))
    assert names(product, limited.id) == ["deep/", "f g+ü.png"]
    assert names(product, limited.id, prefix="tr") == ["tree/"]
    assert names(product, limited.id, prefix="tree/") == ["sub/"]
    assert names(product, limited.id, prefix="tree/sub/deep/") == ["h.png"]
    assert names(product, limited.id, prefix="life/") == []


def test_pages_of_a_bucket_follow_each_other(product: Product, client: Client, s3: S3):
    for index in range(7):
        s3.put(f"paged/{index}.png", b"x")
    storage = register(client, s3.registration())
    seen, token = [], None
    while True:
        query = {"prefix": "paged/", "page_size": 3, **({"next_token": token} if token else {})}
        page = product.http("GET", f"/api/cloudstorages/{storage.id}/content-v2?{urlencode(query)}").json()
        seen.append([item["name"] for item in page["content"]])
        if (token := page["next"]) is None:
            break
    assert seen == [["0.png", "1.png", "2.png"], ["3.png", "4.png", "5.png"], ["6.png"]]


def test_a_manifest_is_browsed_like_a_bucket(product: Product, client: Client, bucket: Bucket):
    """contract-data.md §5.4, manifest_path and next_token; traps 23 and 26."""
    entries = [{"name": f"x/img_{index}", "extension": ".png", "width": 4, "height": 3} for index in (10, 9, 2)]
    bucket.put("listed/manifest.jsonl", manifest({"name": "top", "extension": ".png", "width": 4, "height": 3}, {}, *entries))
    storage = register(client, bucket.registration(), manifests=["listed/manifest.jsonl"])
    query = {"manifest_path": "listed/manifest.jsonl"}

    assert names(product, storage.id, **query) == ["listed/"]
    assert names(product, storage.id, prefix="listed/", **query) == ["x/", "top.png"]
    assert names(product, storage.id, prefix="listed/x/", **query) == ["img_2.png", "img_9.png", "img_10.png"]
    first = product.http("GET", f"/api/cloudstorages/{storage.id}/content-v2?{urlencode({'prefix': 'listed/x/', 'page_size': 2, **query})}").json()
    assert [item["name"] for item in first["content"]] == ["img_2.png", "img_9.png"] and first["next"] == "2"
    assert names(product, storage.id, prefix="listed/x/", page_size=2, next_token="2", **query) == ["img_10.png"]
    for bad in ({"next_token": "two"}, {"page_size": "many"}):
        assert product.http("GET", f"/api/cloudstorages/{storage.id}/content-v2?{urlencode({**query, **bad})}").status == 400
    missing = product.http("GET", f"/api/cloudstorages/{storage.id}/content-v2?manifest_path=gone.jsonl")
    assert missing.status == 404 and "gone.jsonl" in missing.json()


def test_the_preview_is_the_first_picture_of_the_first_manifest(product: Product, client: Client, bucket: Bucket):
    """contract-data.md §5.3, preview."""
    bucket.put("seen/manifest.jsonl", manifest({"name": "wide", "extension": ".png", "width": 640, "height": 320}))
    bucket.put("seen/wide.png", picture(640, 320))
    storage = register(client, bucket.registration(), manifests=["seen/manifest.jsonl"])

    shown = product.http("GET", f"/api/cloudstorages/{storage.id}/preview")
    assert (shown.status, shown.headers["Content-Type"], Image.open(BytesIO(shown.data)).size) == (200, "image/jpeg", (256, 128))
    bare = register(client, bucket.registration())
    assert product.http("GET", f"/api/cloudstorages/{bare.id}/preview").status == 404


def test_credentials_are_nowhere_to_be_seen(product: Product, client: Client, s3: S3):
    """contract-data.md §5.1; trap 25."""
    storage = register(client, s3.registration())
    client.api_client.cloudstorages_api.partial_update(
        storage.id, patched_cloud_storage_write_request=models.PatchedCloudStorageWriteRequest(secret_key="another-secret-altogether")
    )
    secrets = (s3.SECRET, "another-secret-altogether", s3.KEY)
    paths = [f"/api/cloudstorages/{storage.id}", "/api/cloudstorages?page_size=100", "/api/audit?page_size=500", f"/api/audit?resource=cloudstorage&id={storage.id}"]
    for path in paths:
        answer = product.http("GET", path)
        assert answer.status == 200 and not any(secret.encode() in answer.data for secret in secrets), path
    assert not any(secret in product.output() for secret in secrets)
    for file in product.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), file
    assert (product.data / "keys").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"resource": "no-such-bucket"}, "resource: The bucket 'no-such-bucket' does not exist (NoSuchBucket)."),
        ({"resource": "UPPER"}, "resource: "),
        ({"specific_attributes": "region"}, "specific_attributes: "),
        ({"specific_attributes": "prefix=%2Fa"}, "specific_attributes: "),
        ({"specific_attributes": "endpoint_url=ftp%3A%2F%2Fexample.org"}, "specific_attributes: "),
        ({"specific_attributes": "endpoint_url=http%3A%2F%2F169.254.169.254"}, "resource: The server does not connect to 169.254.169.254: its address is not public."),
        ({"manifests": ["gone.jsonl"]}, "manifests: The manifest 'gone.jsonl' is not in the bucket 'pictures'."),
        ({"manifests": ["../x.jsonl"]}, "manifests: "),
        ({"secret_key": ""}, "credentials: Enter secret_key."),
        ({"credentials_type": "CONNECTION_STRING"}, "credentials_type: "),
        ({"provider_type": "TAPE"}, 'provider_type: "TAPE" is not a valid choice.'),
        ({"display_name": ""}, "display_name: This field may not be blank."),
        ({"provider_type": "AZURE_CONTAINER", "credentials_type": "ACCOUNT_NAME_TOKEN_PAIR", "specific_attributes": ""}, "non_field_errors: "),
    ],
)
def test_bad_registrations_are_refused_in_plain_text(product: Product, s3: S3, fields: dict, line: str):
    """contract-data.md §5.2, checks; trap 25."""
    answer = product.http("POST", "/api/cloudstorages", json={**s3.registration(), **fields})
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert answer.data.decode().startswith(line) and answer.data.endswith(b"\n")


def test_a_change_of_place_needs_the_credentials_again(product: Product, client: Client, s3: S3):
    """contract-data.md §5.2, decision 3; trap 25."""
    storage = register(client, s3.registration())

    def patch(**fields) -> tuple[int, dict]:
        answer = product.http("PATCH", f"/api/cloudstorages/{storage.id}", json=fields)
        return answer.status, answer.json()

    elsewhere = urlencode({"endpoint_url": s3.url.replace("127.0.0.1", "127.0.0.2")})
    again = "The bucket, its server or its account has changed: enter key and secret_key again."
    assert patch(specific_attributes=elsewhere) == (400, {"credentials": [again]})
    assert patch(resource="another") == (400, {"credentials": [again]})
    assert patch(resource="another", key="k")[1] == {"credentials": [again.replace("key and ", "")]}
    assert patch(provider_type="GOOGLE_CLOUD_STORAGE")[1]["provider_type"]
    assert patch(resource="another", key="k", secret_key="s")[1]["resource"]
    assert patch(manifests=["gone.jsonl"])[1]["manifests"]
    assert patch(credentials_type="ANONYMOUS_ACCESS")[0] in (200, 400)
    assert patch(key=s3.KEY, secret_key=s3.SECRET, credentials_type="KEY_SECRET_KEY_PAIR", description="d")[0] == 200


def test_a_key_file_comes_as_a_form(product: Product, client: Client, buckets: dict[str, Bucket], tmp_path: Path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    account = {"type": "service_account", "client_email": "robot@example.iam.gserviceaccount.com", "private_key_id": "1", "private_key": pem}
    file = tmp_path / "key.json"
    file.write_text(json.dumps({**account, "token_uri": "http://127.0.0.1:9/token"}))
    google = buckets["Google"]
    google.put("form/manifest.jsonl", manifest())
    fields = {**google.registration(), "credentials_type": "KEY_FILE_PATH", "manifests": ["form/manifest.jsonl"]}

    with open(file, "rb") as opened:
        request = models.CloudStorageWriteRequest(**fields, key_file=opened)
        made = client.api_client.cloudstorages_api.create(request, _content_type="multipart/form-data")[0]

    assert (str(made.credentials_type), made.manifests) == ("KEY_FILE_PATH", ["form/manifest.jsonl"])
    assert product.http("GET", f"/api/cloudstorages/{made.id}/status").json() == "AVAILABLE"
    bad = product.http("POST", "/api/cloudstorages", fields={**{name: value for name, value in fields.items() if name != "manifests"}, "key_file": ("k.json", "{}")})
    assert bad.status == 400 and bad.data.decode().startswith("credentials: The key file is not that of a service account")


def test_status_tells_what_is_wrong(product: Product, client: Client, buckets: dict[str, Bucket]):
    """contract-data.md §5.3, status."""
    gone = S3()
    storage = register(client, gone.registration())
    gone.stop()
    assert product.http("GET", f"/api/cloudstorages/{storage.id}/status").json() == "NOT_FOUND"
    content = product.http("GET", f"/api/cloudstorages/{storage.id}/content-v2")
    assert content.status == 400 and "can't be reached" in content.json() or "does not accept connections" in content.json()

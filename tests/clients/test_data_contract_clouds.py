"""The tables of contract-data.md §5 and §6 on cloud storages that no other test has: fields, filters, checks, paging, and the traps of their answers."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client

from buckets import S3, manifest, picture, register
from product import Product
from uploading import new_task, tus_headers


@pytest.fixture(scope="module")
def product(cloud_product: Product) -> Product:
    return cloud_product


@pytest.fixture(scope="module")
def client(cloud_client: Client) -> Client:
    return cloud_client


def content(product: Product, storage: int, **query):
    return product.http("GET", f"/api/cloudstorages/{storage}/content-v2?{urlencode(query)}")


def test_the_object(product: Product, s3: S3):
    """contract-data.md §5.1, the object; traps 24 and 25: attributes stay percent-encoded, secrets are never told."""
    registration = {**s3.registration(prefix="data/"), "description": "d"}
    made = product.http("POST", "/api/cloudstorages", json=registration)

    assert made.status == 201
    body = made.json()
    expected = ("provider_type", "resource", "display_name", "credentials_type", "specific_attributes", "description")
    assert {name: body[name] for name in expected} == {name: registration[name] for name in expected}
    assert (body["manifests"], body["organization"], body["owner"]["username"]) == ([], None, "admin")
    assert not {"key", "secret_key", "session_token", "account_name", "key_file", "connection_string"} & set(body)
    changed = product.http("PATCH", f"/api/cloudstorages/{body['id']}", json={"description": "e"})
    assert (changed.status, set(changed.json())) == (200, set(body))


@pytest.mark.parametrize(
    ("provider", "fields"),
    [
        ("AWS_S3_BUCKET", {"key": "k" * 41}),
        ("AWS_S3_BUCKET", {"secret_key": "s" * 65}),
        ("AZURE_CONTAINER", {"credentials_type": "ACCOUNT_NAME_TOKEN_PAIR", "account_name": "a" * 25, "session_token": "t"}),
        ("AZURE_CONTAINER", {"credentials_type": "ACCOUNT_NAME_TOKEN_PAIR", "account_name": "a", "session_token": "t" * 441}),
        ("AZURE_CONTAINER", {"credentials_type": "CONNECTION_STRING", "connection_string": "c" * 1025}),
        ("AWS_S3_BUCKET", {"resource": "b" * 223}),
        ("AWS_S3_BUCKET", {"display_name": "n" * 64}),
        ("AWS_S3_BUCKET", {"resource": "under_score"}),
        ("AZURE_CONTAINER", {"credentials_type": "ANONYMOUS_ACCESS", "account_name": "a", "resource": "dotted.name"}),
        ("AZURE_CONTAINER", {"credentials_type": "KEY_SECRET_KEY_PAIR"}),
        ("GOOGLE_CLOUD_STORAGE", {"credentials_type": "CONNECTION_STRING"}),
        ("AWS_S3_BUCKET", {"specific_attributes": "region=a=b"}),
        ("AWS_S3_BUCKET", {"specific_attributes": "prefix=a%2F%2Fb"}),
        ("AWS_S3_BUCKET", {"specific_attributes": "prefix=%2Fa"}),
    ],
)
def test_fields_that_are_refused(product: Product, s3: S3, provider: str, fields: dict):
    """contract-data.md §5.1, credentials by provider, and §5.2, checks; trap 25: POST errors are lines of plain text."""
    base = {**s3.registration(), "provider_type": provider}
    if provider != "AWS_S3_BUCKET":
        base = {name: value for name, value in base.items() if name not in ("key", "secret_key", "specific_attributes")}
    answer = product.http("POST", "/api/cloudstorages", json={**base, **fields})

    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (400, "text/html"), answer.data
    lines = answer.data.decode().splitlines()
    assert lines and all(": " in line for line in lines)
    assert s3.SECRET not in answer.data.decode()


def test_filters_of_the_list(product: Product, client: Client, s3: S3):
    """contract-data.md §5.1, filters: by name, resource, owner, provider, credentials and id; newest first; a bad provider is 400."""
    ids = [register(client, s3.registration(), display_name=f"filtered {index}").id for index in range(2)]

    def listed(**query) -> list[int]:
        answer = product.http("GET", f"/api/cloudstorages?{urlencode({'page_size': 100, **query})}")
        assert answer.status == 200, answer.data
        return [item["id"] for item in answer.json()["results"]]

    assert [storage for storage in listed() if storage in ids] == ids[::-1]
    assert listed(name="filtered 1") == ids[1:]
    for query in ({"resource": s3.name}, {"owner": "admin"}, {"provider_type": "AWS_S3_BUCKET"}, {"credentials_type": "KEY_SECRET_KEY_PAIR"}):
        assert set(ids) <= set(listed(**query))
    assert listed(filter=json.dumps({"==": [{"var": "id"}, ids[0]]})) == ids[:1]
    assert listed(filter=json.dumps({"and": [{"==": [{"var": "name"}, "filtered 0"]}, {"==": [{"var": "resource"}, s3.name]}]})) == ids[:1]
    assert [storage for storage in listed(sort="id") if storage in ids] == ids
    bad = product.http("GET", "/api/cloudstorages?provider_type=TAPE")
    assert bad.status == 400


@pytest.mark.parametrize(("query", "status"), [({"page_size": 500}, 200), ({"page_size": 0}, 400), ({"page_size": 501}, 200), ({"page_size": "x"}, 400), ({"page_size": -1}, 400)])
def test_the_size_of_a_page(product: Product, client: Client, s3: S3, query: dict, status: int):
    """contract-data.md §5.4, page_size: 500 at most."""
    storage = register(client, s3.registration()).id
    assert content(product, storage, **query).status == status


def test_what_a_level_shows(product: Product, client: Client, s3: S3):
    """contract-data.md §5.4, prefix and entries; trap 26: next is a string, also as an offset in a manifest; empty keys with a slash are hidden."""
    s3.put("level/", b"")
    for index in range(3):
        s3.put(f"level/{index}.png", b"x")
    s3.put("level/manifest.jsonl", manifest(*({"name": str(index), "extension": ".png", "width": 4, "height": 3} for index in range(3))))
    storage = register(client, s3.registration(), manifests=["level/manifest.jsonl"]).id

    shown = content(product, storage, prefix="level/").json()
    assert [(item["name"], item["type"], item["mime_type"]) for item in shown["content"]] == [
        *((f"{index}.png", "REG", "image") for index in range(3)),
        ("manifest.jsonl", "REG", "unknown"),
    ]
    assert shown["next"] is None
    first = content(product, storage, prefix="/level/", page_size=2, manifest_path="level/manifest.jsonl").json()
    assert ([item["name"] for item in first["content"]], first["next"]) == (["0.png", "1.png"], "2")
    page = client.api_client.cloudstorages_api.retrieve_content_v2(storage, prefix="level/", page_size=2, manifest_path="level/manifest.jsonl")[0]
    assert page.next == "2"


def test_storages_that_are_not_there(product: Product):
    """contract-data.md §5.3 and §5.4: an unknown id is 404 everywhere."""
    for path in ("", "/content-v2", "/status", "/actions", "/preview"):
        assert product.http("GET", f"/api/cloudstorages/999999{path}").status == 404, path


def test_actions_as_the_client_reads_them(product: Product, client: Client, s3: S3):
    """contract-data.md §5.3, status and actions; trap 34: the client takes a string."""
    storage = register(client, s3.registration()).id

    assert isinstance(client.api_client.cloudstorages_api.retrieve_actions(storage)[0], str)
    assert product.http("GET", f"/api/cloudstorages/{storage}/status").json() == "AVAILABLE"


def test_manifests_of_a_patch(product: Product, client: Client, s3: S3):
    """contract-data.md §5.2, PATCH: manifests replace the list and stay where none are given; trap 25: errors are JSON."""
    s3.put("patched/1.jsonl", manifest())
    s3.put("patched/2.jsonl", manifest())
    storage = register(client, s3.registration(), manifests=["patched/1.jsonl"]).id
    path = f"/api/cloudstorages/{storage}"

    assert product.http("PATCH", path, json={"description": "x"}).json()["manifests"] == ["patched/1.jsonl"]
    assert product.http("PATCH", path, json={"manifests": ["patched/2.jsonl"]}).json()["manifests"] == ["patched/2.jsonl"]
    bad = product.http("PATCH", path, json={"manifests": ["patched/3.jsonl"]})
    assert (bad.status, list(bad.json())) == (400, ["manifests"])
    assert product.http("DELETE", path).status == 204


def test_patterns_count_case(product: Product, client: Client, s3: S3):
    """contract-data.md §5.5, patterns; trap 32: they cross slashes and count case."""
    for key in ("cased/a.PNG", "cased/in/b.png"):
        s3.put(key, b"x")
    storage = register(client, s3.registration()).id

    def refused(pattern: str) -> str:
        task = client.tasks.create(models.TaskWriteRequest(name="t", labels=[{"name": "a"}])).id
        body = {"image_quality": 70, "cloud_storage_id": storage, "filename_pattern": pattern}
        return product.finished(product.http("POST", f"/api/tasks/{task}/data/", json=body).json()["rq_id"])["message"]

    assert "cased/a.PNG" in refused("cased/*.PNG")
    assert "cased/in/b.png" in refused("cased/*.png")
    assert refused("CASED/*") == "No media data found"


@pytest.mark.parametrize("source", ["source_storage", "target_storage"])
def test_defaults_that_contradict_themselves(product: Product, source: str):
    """contract-data.md §5.6, storages of a task."""
    for place in ({"location": "cloud_storage"}, {"location": "attic"}):
        answer = product.http("POST", "/api/tasks", json={"name": "t", "labels": [{"name": "a"}], source: place})
        assert answer.status == 400, (place, answer.data)


def test_names_with_special_characters(product: Product, client: Client, s3: S3):
    """contract-data.md §5.1, specific_attributes; trap 24: values are decoded once, whatever they hold."""
    s3.put("a&b=c d/x.png", b"x")
    attributes = f"{s3.registration()['specific_attributes']}&prefix={quote('a&b=c d/', safe='')}"
    storage = register(client, s3.registration(), specific_attributes=attributes).id

    assert [item["name"] for item in content(product, storage).json()["content"]] == ["x.png"]


@pytest.mark.parametrize("body", [{"filename_pattern": "mapped/*"}, {"server_files": ["mapped/"], "server_files_exclude": ["mapped/c.png"]}])
def test_choices_that_do_not_go_with_a_file_mapping(product: Product, client: Client, s3: S3, body: dict):
    """contract-data.md §1.5, restrictions of job_file_mapping: patterns, exclusions, and files that are not among the inputs."""
    for name in "abc":
        s3.put(f"mapped/{name}.png", picture(8, 8))
    storage = register(client, s3.registration()).id

    def refused(mapping: list[list[str]], **body) -> str:
        data = {"image_quality": 70, "cloud_storage_id": storage, "job_file_mapping": mapping, **body}
        request = product.finished(product.http("POST", f"/api/tasks/{new_task(client)}/data/", json=data).json()["rq_id"])
        assert request["status"] == "failed"
        return request["message"]

    assert "can't be used together with filename_pattern or server_files_exclude" in refused([["mapped/b.png"]], **body)
    assert "mapped/x.png" in refused([["mapped/x.png"]], server_files=["mapped/a.png"])


def test_uploads_of_others(product: Product, client: Client):
    """contract-data.md §1.1, permission, and §1.3, outcomes of a chunk: 403 for a foreign task, and for who goes on with somebody else's file."""
    other = ("uploader", "correct-horse-battery")
    registration = {"username": other[0], "email": "u@example.org", "password1": other[1], "password2": other[1]}
    assert product.http("POST", "/api/auth/register", auth=None, json=registration).status == 201
    foreign = new_task(client)
    for headers in ({"Upload-Start": ""}, {"Upload-Finish": ""}, {"Upload-Multiple": ""}, tus_headers(4, "a.png"), {}):
        assert product.http("POST", f"/api/tasks/{foreign}/data/", headers=headers, auth=other).status == 403

    with product.client(other) as own:
        created = product.http("POST", f"/api/tasks/{new_task(own)}/data/", headers=tus_headers(4, "a.png"), auth=other)
    piece = {"body": b"abcd", "headers": {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}}
    assert product.http("PATCH", created.headers["Location"], **piece).status == 403
    assert product.http("PATCH", created.headers["Location"], auth=other, **piece).status == 204

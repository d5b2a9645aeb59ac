"""The tables of contract-data.md §1 that say how files and parameters come: dispatch, forms, resumable uploads, the background request."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
import urllib3
from cvat_sdk.core.client import Client
from PIL import Image

from media_files import clip
from product import Product
from uploading import finish, made_of, new_task, tus_create, tus_headers, tus_offset, tus_piece

EMPTY_JSON = {"Content-Type": "application/json", "Content-Length": "0"}
TUS = {"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0", "Tus-Extension": "", "Tus-Max-Size": "26843545600", "Cache-Control": "no-store"}


def names_of(product: Product, task: int) -> list[str]:
    return [frame["name"] for frame in product.http("GET", f"/api/tasks/{task}/data/meta").json()["frames"]]


@pytest.mark.parametrize("value", ["", "true"])
@pytest.mark.parametrize("slash", ["/", ""])
def test_dispatch_of_the_data_call(product: Product, client: Client, frames: list[Path], value: str, slash: str):
    """contract-data.md §1.1, dispatch; traps 1, 2 and 3: a header's presence decides, an empty body may be called JSON, exact statuses."""
    task = new_task(client)
    path = f"/api/tasks/{task}/data{slash}"

    start = product.http("POST", path, headers={"Upload-Start": value, **EMPTY_JSON})
    assert (start.status, start.data) == (202, b"")
    content = frames[0].read_bytes()
    tus = product.http("POST", path, headers={**tus_headers(len(content), "0.png"), **EMPTY_JSON})
    assert tus.status == 201
    assert tus_piece(product, tus.headers["Location"], 0, content).status == 204
    more = product.http("POST", path, headers={"Upload-Multiple": value}, fields={"client_files[0]": ("1.png", frames[1].read_bytes())})
    assert (more.status, more.data) == (200, b"")
    last = {"image_quality": "70", "client_files[0]": ("2.png", frames[2].read_bytes())}
    end = product.http("POST", path, headers={"Upload-Finish": value, "Upload-Start": value}, fields=last)

    assert (end.status, end.json()) == (202, {"rq_id": f"action=create&target=task&target_id={task}"})
    assert product.finished(end.json()["rq_id"])["status"] == "finished"
    assert names_of(product, task) == ["0.png", "1.png", "2.png"]


@pytest.mark.parametrize("headers", [{"Upload-Finish": ""}, {"Upload-Start": ""}, tus_headers(5, "a.png"), {"Upload-Multiple": ""}, {}])
def test_a_task_that_has_data_takes_no_more(product: Product, make_task, frames: list[Path], headers: dict):
    """contract-data.md §1.1: every form of the call is 400 with a string."""
    task = make_task(resources=frames[:1])

    answer = product.http("POST", f"/api/tasks/{task.id}/data/", headers=headers)

    assert answer.status == 400 and "Adding more data is not supported" in answer.json()


def test_a_finish_that_is_repeated_is_409_with_the_request(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.1, a second finish while the first one runs."""
    task = new_task(client)
    Image.new("RGB", (6000, 4000), "navy").save(tmp_path / "large.jpg")
    fields = {f"client_files[{index}]": (f"{index}.jpg", (tmp_path / "large.jpg").read_bytes()) for index in range(16)}
    first = product.http("POST", f"/api/tasks/{task}/data/", fields={"image_quality": "70", **fields})

    again = product.http("POST", f"/api/tasks/{task}/data/", headers={"Upload-Finish": ""}, json={"image_quality": 70})

    assert first.status == 202
    assert (again.status, again.json()) == (409, first.json())
    product.http("POST", f"/api/requests/{quote(first.json()['rq_id'], safe='')}/cancel")


def test_options_tell_what_uploads_can_do(product: Product, client: Client):
    """contract-data.md §1.1 and §1.3, OPTIONS and the headers of TUS answers."""
    answer = product.http("OPTIONS", f"/api/tasks/{new_task(client)}/data/")

    assert answer.status == 204
    assert {name: answer.headers.get(name) for name in TUS} == TUS


@pytest.mark.parametrize(("spelled", "expected"), [("true", "imageset"), ("True", "imageset"), ("1", "imageset"), ("false", "video"), ("False", "video"), ("0", "video")])
def test_booleans_of_forms(product: Product, client: Client, tmp_path: Path, spelled: str, expected: str):
    """contract-data.md §1.2, booleans; trap 31: also in Python's spelling."""
    task = new_task(client)
    content = clip(tmp_path / "a.mp4", 3).read_bytes()
    answer = product.http("POST", f"/api/tasks/{task}/data/", fields={"image_quality": "70", "use_zip_chunks": spelled, "client_files[0]": ("a.mp4", content)})

    assert product.finished(answer.json()["rq_id"])["status"] == "finished"
    assert product.http("GET", f"/api/tasks/{task}").json()["data_compressed_chunk_type"] == expected


@pytest.mark.parametrize("spelling", ["upload_file_order[{}]", "upload_file_order"])
def test_lists_of_forms(product: Product, client: Client, frames: list[Path], spelling: str):
    """contract-data.md §1.2, files and lists of strings: with an index, the last two also by a repeated plain name."""
    task = new_task(client)
    order = ["2.png", "0.png", "1.png"]
    files = [(f"client_files[{index}]", (f"{index}.png", frames[index].read_bytes())) for index in range(3)]
    fields = [("image_quality", "70"), ("sorting_method", "predefined"), *files, *((spelling.format(index), name) for index, name in enumerate(order))]
    answer = product.http("POST", f"/api/tasks/{task}/data/", fields=fields)

    assert answer.status == 202, answer.data
    assert product.finished(answer.json()["rq_id"])["status"] == "finished"
    assert names_of(product, task) == order


def test_a_file_without_an_index_is_ignored(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.2, files: the index is part of the field's name."""
    fields = {"image_quality": "70", "client_files": ("0.png", frames[0].read_bytes())}
    answer = product.http("POST", f"/api/tasks/{new_task(client)}/data/", fields=fields)

    assert product.finished(answer.json()["rq_id"])["message"] == "No media data found"


@pytest.mark.parametrize("path", ["/home/me/f/b.png", "C:\\pictures\\b.png", "f/b.png", "..\\b.png", "b.png"])
def test_only_the_last_part_of_a_bulk_name_counts(product: Product, client: Client, frames: list[Path], path: str):
    """contract-data.md §1.2, file names; trap 4: absolute paths of any system."""
    task = new_task(client)
    fields = {"image_quality": "70", "client_files[0]": (path, frames[0].read_bytes())}

    assert product.http("POST", f"/api/tasks/{task}/data/", headers={"Upload-Multiple": ""}, fields=fields).status == 200
    assert finish(product, task)["status"] == "finished"
    assert names_of(product, task) == ["b.png"]


def test_a_name_that_comes_twice_is_400(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.2, duplicate base names in one bulk request and among several."""
    fields = {f"client_files[{index}]": (f"{index}/a.png", frames[0].read_bytes()) for index in range(2)}
    path, bulk = f"/api/tasks/{new_task(client)}/data/", {"Upload-Multiple": ""}

    assert product.http("POST", path, headers=bulk, fields=fields).status == 400
    single = {"client_files[0]": fields["client_files[0]"]}
    assert [product.http("POST", path, headers=bulk, fields=single).status for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    ("headers", "status", "name"),
    [
        (tus_headers(5, "a.png"), 201, "a.png"),
        (tus_headers(5, "dir/a.png"), 201, "dir/a.png"),
        (tus_headers(5, "../../d.jpg"), 201, "d.jpg"),
        ({"Upload-Length": "5"}, 400, None),
        ({"Upload-Length": "5", "Upload-Metadata": "filename"}, 400, None),
        ({"Upload-Length": "5", "Upload-Metadata": "filetype aW1hZ2UvcG5n"}, 400, None),
        ({"Upload-Length": "5", "Upload-Metadata": "filetype aW1hZ2UvcG5n,filename YS5wbmc="}, 201, "a.png"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename YS5wbmc=,filetype"}, 201, "a.png"),
        (tus_headers(5, ".."), 400, None),
        (tus_headers(26_843_545_600, "a.zip"), 201, "a.zip"),
        (tus_headers(26_843_545_601, "a.zip"), 413, None),
    ],
)
def test_creation_of_a_resumable_upload(product: Product, client: Client, headers: dict, status: int, name: str | None):
    """contract-data.md §1.3, headers and outcomes of the creation, decisions 2 and 4; traps 5 and 6: Location is absolute, a foreign origin is not echoed."""
    answer = product.http("POST", f"/api/tasks/{new_task(client)}/data/", headers={**headers, **EMPTY_JSON, "Origin": "https://elsewhere.example"})

    assert answer.status == status, answer.data
    if status == 201:
        assert answer.headers["Location"].startswith(f"{product.url}/api/tasks/") and not answer.headers["Location"].endswith("/")
        assert answer.headers["Upload-Filename"] == name
        assert {header: answer.headers.get(header) for header in TUS} == TUS
        exposed = {header.strip() for header in answer.headers["Access-Control-Expose-Headers"].split(",")}
        assert {"Location", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Tus-Resumable"} <= exposed


def test_a_finished_file_of_that_name_is_409(product: Product, client: Client):
    """contract-data.md §1.3, outcomes of the creation: the name is taken once the file is complete."""
    task = new_task(client)
    assert tus_piece(product, tus_create(product, task, 4, "a.png"), 0, b"abcd").status == 204

    assert product.http("POST", f"/api/tasks/{task}/data/", headers=tus_headers(4, "a.png")).status == 409
    assert product.http("POST", f"/api/tasks/{task}/data/", headers=tus_headers(4, "b.png")).status == 201


def test_outcomes_of_a_piece(product: Product, client: Client):
    """contract-data.md §1.3, outcomes of a chunk and of HEAD; trap 6: the offset is on every answer."""
    location = tus_create(product, new_task(client), 10, "a.png")
    piece = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}

    ok = tus_piece(product, location, 0, b"12345")
    assert (ok.status, ok.headers["Upload-Offset"], ok.data) == (204, "5", b"")
    assert {name: ok.headers.get(name) for name in TUS} == TUS
    wrong = tus_piece(product, location, 7, b"1")
    assert (wrong.status, wrong.headers["Upload-Offset"]) == (409, "5")
    assert tus_piece(product, location, 5, b"123456").status == 413
    chunked = product.http("PATCH", location, headers={**piece, "Upload-Offset": "5"}, body=iter([b"123"]))
    assert chunked.status == 400
    assert product.http("PATCH", location[:-4] + "0000", headers=piece, body=b"1").status == 404
    head = product.http("HEAD", location)
    assert (head.status, head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (200, "5", "10")
    assert product.http("HEAD", location[:-4] + "0000").status == 404
    assert tus_piece(product, location, 5, b"67890").headers["Upload-Offset"] == "10"


def test_folders_of_resumable_names_are_kept(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.3, sub-folders."""
    task = new_task(client)
    for name in ("b/x.png", "a/x.png"):
        content = frames[0].read_bytes()
        location = tus_create(product, task, len(content), name)
        assert tus_piece(product, location, 0, content).status == 204
        assert not name.startswith("b") or tus_offset(product, location) == len(content)

    assert finish(product, task)["status"] == "finished"
    assert names_of(product, task) == ["a/x.png", "b/x.png"]


def check_request(request: dict, task: int) -> None:
    assert request["id"] == f"action=create&target=task&target_id={task}"
    assert request["status"] in ("queued", "started", "failed", "finished")
    assert isinstance(request["message"], str)
    assert request["progress"] is None or 0 <= request["progress"] <= 1
    operation = request["operation"]
    assert (operation["type"], operation["target"], operation["task_id"]) == ("create:task", "task", task)
    assert [operation[name] for name in ("project_id", "job_id", "org_id", "format", "function_id", "lightweight")] == [None] * 6
    assert request["created_date"].endswith("Z") and request["owner"]["username"] == "admin"
    ended = request["status"] in ("failed", "finished")
    assert (request.get("expiry_date") is not None, request.get("finished_date") is not None) == (ended, ended)
    assert request.get("result_url") is None


def test_the_background_request(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.8, decision 1; traps 7 and 8: readable at once under its encoded id, and every field as the client can read it."""
    task = new_task(client)
    fields = {"image_quality": "70", "client_files[0]": ("0.png", frames[0].read_bytes())}
    rq_id = product.http("POST", f"/api/tasks/{task}/data/", fields=fields).json()["rq_id"]
    path = f"/api/requests/action%3Dcreate%26target%3Dtask%26target_id%3D{task}"

    first = product.http("GET", path)
    assert first.status == 200
    check_request(first.json(), task)
    last = product.finished(rq_id)
    check_request(last, task)
    assert (last["status"], last["message"], last["result_id"]) == ("finished", "", task)
    assert client.api_client.requests_api.retrieve(rq_id)[0].status.value == "finished"

    bad = made = new_task(client)
    failed = product.finished(product.http("POST", f"/api/tasks/{bad}/data/", json={"image_quality": 70}).json()["rq_id"])
    check_request(failed, made)
    assert (failed["status"], failed["message"]) == ("failed", "No media data found")
    assert product.http("GET", f"/api/tasks/{bad}/status").json()["state"] == "Failed"


def test_the_status_for_older_clients(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.8, the legacy status: Finished where there is no request."""
    for task in (new_task(client), made_of(product, client, {"0.png": frames[0].read_bytes()})["id"]):
        answer = product.http("GET", f"/api/tasks/{task}/status")
        assert answer.json() == {"state": "Finished", "message": "", "progress": 0.0}
        assert answer.headers["Deprecation"] == "true"


def test_a_resumable_upload_is_its_users(product: Product, client: Client):
    """contract-data.md §1.3, outcomes of a chunk: without credentials nothing goes on."""
    location = tus_create(product, new_task(client), 4, "a.png")

    assert urllib3.request("PATCH", location, body=b"abcd", headers={"Upload-Offset": "0"}).status in (401, 403)
    assert tus_offset(product, location) == 0

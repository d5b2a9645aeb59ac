"""Bad input gets the contract's 4xx, or a failed request with a sentence that names the file; nothing half-made remains."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
from cvat_sdk.core.client import Client

from product import Product, eventually
from uploading import new_task, upload


def blobs(product: Product) -> set[str]:
    """The names of all blobs that belong to uploads and task data; empty where the product is not the embedded one."""
    database = product.data / "store.db"
    if not database.exists():
        return set()
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM blobs") if name.split("/")[0] in ("data", "uploads", "previews")}


def zip_of(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bomb() -> bytes:
    """One megabyte that unpacks to a gigabyte of zeros called zeros.png."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block, crc = bytes(1 << 20), 0
    packed = bytearray()
    for _ in range(1024):
        packed += packer.compress(block)
        crc = zlib.crc32(block, crc)
    packed += packer.flush()
    name = b"zeros.png"
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), 1 << 30, len(name), 0)
    local = b"PK\x03\x04" + common + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def lying_entry(frames: list[Path]) -> bytes:
    """A zip whose directory says that its picture has ten bytes."""
    archive = bytearray(zip_of({"liar.png": frames[0].read_bytes()}, zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = archive.index(signature) + offset
        archive[at : at + 4] = struct.pack("<I", 10)
    return bytes(archive)


def huge_header() -> bytes:
    """A PNG of 60,000 × 60,000 pixels, as far as its header goes."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + bytes(64)


def sound(form: str) -> bytes:
    """A second of a tone."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", "-f", form, "-movflags", "frag_keyframe+empty_moov", "pipe:1"]
    return subprocess.run(command if form == "mp4" else [*command[:-3], "pipe:1"], check=True, stdout=subprocess.PIPE).stdout


CASES = {
    "a picture that is none": ({"junk.jpg": b"this is no picture" * 50}, "junk.jpg"),
    "an empty file": ({"void.jpg": b""}, "void.jpg"),
    "more pixels than allowed": ({"huge.png": huge_header()}, "huge.png"),
    "nothing usable": ({"notes.txt": b"hello"}, "No media data found"),
    "audio": ({"song.mp3": lambda: sound("mp3")}, "'song.mp3' is audio"),
    "audio in a video's container": ({"song.mp4": lambda: sound("mp4")}, "'song.mp4' holds no video"),
    "a broken zip": ({"broken.zip": b"PK\x03\x04 nothing follows"}, "broken.zip"),
    "an empty zip": ({"hollow.zip": zip_of({})}, ""),
    "a zip that climbs out": ({"slip.zip": zip_of({"../../evil.jpg": b"x" * 100})}, "evil.jpg"),
    "a zip with an absolute path": ({"root.zip": zip_of({"/etc/evil.jpg": b"x" * 100})}, "evil.jpg"),
    "a zip with control characters": ({"control.zip": zip_of({"a\x01b.jpg": b"x" * 100})}, "control.zip"),
    "a broken picture in a zip": ({"pack.zip": zip_of({"dir/junk.png": b"no picture"})}, "dir/junk.png"),
    "a zip bomb": ({"bomb.zip": bomb}, "zeros.png"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_media_fails_the_request_with_a_sentence_that_names_it(product: Product, client: Client, case: str):
    """contract-data.md §1.7, background failures."""
    files, named = CASES[case]
    files = {name: content() if callable(content) else content for name, content in files.items()}
    task, before = new_task(client, case), blobs(product)

    request = upload(product, task, files)

    assert request["status"] == "failed", case
    assert named in request["message"] and " " in request["message"], request["message"]
    assert "Exception" not in request["message"] and "   at " not in request["message"], request["message"]
    after = client.tasks.retrieve(task)
    assert (getattr(after, "size", None) or 0, after.jobs.count) == (0, 0)
    product.http("DELETE", f"/api/tasks/{task}")
    eventually("what was uploaded is gone", lambda: not blobs(product) - before, 30)


def test_entry_that_lies_about_its_size_fails(product: Product, client: Client, frames: list[Path]):
    request = upload(product, new_task(client), {"lies.zip": lying_entry(frames)})

    assert request["status"] == "failed" and "liar.png" in request["message"]


def test_one_bad_picture_among_good_ones_leaves_no_jobs(product: Product, client: Client, frames: list[Path]):
    files = {frame.name: frame.read_bytes() for frame in frames}
    task = new_task(client)

    request = upload(product, task, {**files, "bad.png": frames[0].read_bytes()[:40]})

    assert request["status"] == "failed" and "bad.png" in request["message"]
    assert product.http("GET", f"/api/jobs?task_id={task}").json()["count"] == 0


def test_failed_upload_may_be_tried_again(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.1, a creation that failed."""
    task = new_task(client)
    assert upload(product, task, {"notes.txt": b"hello"})["status"] == "failed"

    assert upload(product, task, {frames[0].name: frames[0].read_bytes()})["status"] == "finished"


@pytest.mark.parametrize("name", ["a\tb.jpg", "..", "a\x7f.jpg"])
def test_bulk_name_that_can_not_be_made_safe_is_400(product: Product, client: Client, name: str):
    boundary = "b0undary"
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="client_files[0]"; filename="{name}"\r\n\r\nx\r\n--{boundary}--\r\n'

    answer = product.http(
        "POST",
        f"/api/tasks/{new_task(client)}/data/",
        headers={"Upload-Multiple": "", "Content-Type": f"multipart/form-data; boundary={boundary}"},
        body=part.encode("latin-1"),
    )

    assert answer.status == 400, answer.data


def test_bulk_name_with_folders_is_reduced_to_its_last_part(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.2, decision 4; trap 4."""
    task = new_task(client)

    request = upload(product, task, {"../../d.png": frames[0].read_bytes()})

    assert request["status"] == "finished", request["message"]
    assert [frame.name for frame in client.tasks.retrieve(task).get_frames_info()] == ["d.png"]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/tasks"), ("POST", "/api/projects"), ("PATCH", "/api/users/self"), ("POST", "/api/auth/login")]
)
@pytest.mark.parametrize("body", ["{not json", '{"name": "\\ud800', "[1, 2", "\x00"])
def test_json_that_is_none_is_4xx_with_a_detail(product: Product, method: str, path: str, body: str):
    answer = product.http(method, path, body=body, headers={"Content-Type": "application/json"})

    assert answer.status in (400, 404, 405) and answer.json()["detail"]
    if method == "POST":
        assert answer.status == 400


def test_json_of_another_shape_is_400(product: Product):
    for body in ([], "text", 5, None, {"name": 5, "labels": {}}, {"name": "x", "labels": [5]}, {"name": ["x"], "labels": []}):
        answer = product.http("POST", "/api/tasks", body=json.dumps(body), headers={"Content-Type": "application/json"})
        assert answer.status == 400, (body, answer.data)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([{"name": "a"}, {"name": "a"}], "unique"),
        ([{"name": ""}], "blank"),
        ([{"name": "a", "type": "blob"}], "blob"),
        ([{"name": "a", "attributes": [{"name": "x", "mutable": False, "input_type": "slider", "values": []}]}], "slider"),
        ([{"name": "a", "color": "reddish"}], "color"),
    ],
)
def test_labels_that_clash_or_are_wrong_are_400(product: Product, labels: list, words: str):
    before = product.http("GET", "/api/tasks").json()["count"]

    answer = product.http("POST", "/api/tasks", json={"name": "clash", "labels": labels})

    assert answer.status == 400 and words in answer.data.decode(), answer.data
    assert product.http("GET", "/api/tasks").json()["count"] == before


@pytest.mark.parametrize(
    ("filter_text", "message"),
    [
        ('{"==":[{"var":"foo"},1]}', "filter: 'foo' term is not supported"),
        ("{not json", "filter: Json syntax should be used"),
        ("{}", "filter shouldn't be empty"),
    ],
)
def test_filter_that_makes_no_sense_is_400_with_a_list(product: Product, filter_text: str, message: str):
    for resource in ("tasks", "jobs", "projects", "labels", "requests"):
        answer = product.http("GET", f"/api/{resource}?filter={quote(filter_text)}")
        assert (answer.status, answer.json()) == (400, [message]), resource


def test_parameters_of_the_data_are_checked(product: Product, client: Client):
    """contract-data.md §1.5."""
    task = new_task(client)
    for body in (
        {"image_quality": 0},
        {"image_quality": 101},
        {"image_quality": 70, "chunk_size": 0},
        {"image_quality": 70, "frame_filter": "step=0"},
        {"image_quality": 70, "start_frame": 5, "stop_frame": 2},
        {"image_quality": 70, "sorting_method": "alphabetical"},
        {"image_quality": 70, "server_files": ["../secret.jpg"]},
    ):
        answer = product.http("POST", f"/api/tasks/{task}/data/", json=body)
        assert answer.status == 400, (body, answer.data)


def test_dataset_that_is_none_fails_and_keeps_the_annotations(product: Product, make_task):
    task = make_task()
    label = task.get_labels()[1].id
    product.http("PUT", f"/api/tasks/{task.id}/annotations/", json={"tags": [{"label_id": label, "frame": 0}]})
    field = {"annotation_file": ("coco.json", b'{"images": [')}

    answer = product.http("POST", f"/api/tasks/{task.id}/annotations/?format=COCO%201.0", fields=field)

    assert answer.status == 202, answer.data
    request = product.finished(answer.json()["rq_id"])
    assert request["status"] == "failed" and " " in request["message"]
    assert len(task.get_annotations().tags) == 1


def test_unknown_formats_are_400(product: Product, make_task):
    task = make_task().id

    export = product.http("POST", f"/api/tasks/{task}/dataset/export?format=Sketch%209")
    imported = product.http("POST", f"/api/tasks/{task}/annotations/?format=Sketch%209", headers={"Upload-Finish": ""})

    assert (export.status, export.json()) == (400, ["Unknown format specified for the request"])
    assert imported.status == 400

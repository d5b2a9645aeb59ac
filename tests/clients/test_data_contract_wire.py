"""The tables of contract-data.md §8: what the official clients send and what they are answered, seen from between them and the product."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from cvat_sdk import make_client
from cvat_sdk.datasets import TaskDataset

from product import ADMIN, Product
from relay import Relay

LABELS = json.dumps([{"name": "a"}])


@pytest.fixture
def relay(product: Product) -> Iterator[Relay]:
    relay = Relay(product.url)
    yield relay
    relay.close()


def cli(product: Product, relay: Relay, *arguments: object, check: bool = True):
    """The command line, sent through the relay."""
    through = SimpleNamespace(url=relay.url, data=product.data, output=product.output)
    return Product.cli(through, *arguments, check=check)


def test_creation_with_local_files(product: Product, relay: Relay, frames: list[Path]):
    """contract-data.md §8.1, the calls of `task create … local` in their order; traps 1, 2, 3 and 7."""
    created = cli(product, relay, "task", "create", "NAME", "local", *frames[:3], "--labels", LABELS, "--frame_step", 2)

    task = int(created.stdout.split()[-1])
    start, bulk, end = relay.data_calls()
    assert [(call.upload, call.status) for call in (start, bulk, end)] == [("upload-start", 202), ("upload-multiple", 200), ("upload-finish", 202)]
    assert [call.headers["upload-" + name] for call, name in ((start, "start"), (bulk, "multiple"), (end, "finish"))] == [""] * 3
    assert (start.headers["content-type"], start.body) == ("application/json", b"")
    assert bulk.headers["content-type"].startswith("multipart/form-data") and str(frames[0]).encode() in bulk.body
    assert "image_quality" in bulk.body.decode("latin-1") and all(f"client_files[{index}]".encode() in bulk.body for index in range(3))
    assert json.loads(end.body) == {
        "image_quality": 70,
        "copy_data": False,
        "sorting_method": "lexicographical",
        "use_cache": False,
        "use_zip_chunks": False,
        "frame_filter": "step=2",
    }
    assert any(call.path.startswith("/api/server/about") for call in relay.calls) and "cvat_cli/2.80" in start.headers["user-agent"]
    asked = [call.path for call in relay.calls if "/api/requests/" in call.path]
    assert asked and set(asked) == {f"/api/requests/action%3Dcreate%26target%3Dtask%26target_id%3D{task}"}
    assert "Traceback" not in created.stderr
    assert product.http("GET", f"/api/tasks/{task}").json()["size"] == 2


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (("remote", "http://127.0.0.9:9/x.jpg", "--use_cache"), {"remote_files": ["http://127.0.0.9:9/x.jpg"], "use_cache": True}),
        (
            ("share", "dir/", "--copy_data", "--chunk_size", 5, "--start_frame", 1, "--stop_frame", 5, "--sorting-method", "natural"),
            {"server_files": ["dir/"], "copy_data": True, "chunk_size": 5, "start_frame": 1, "stop_frame": 5, "sorting_method": "natural"},
        ),
        (("share", "dir/", "--filename_pattern", "*.png", "--use_cache"), {"server_files": ["dir/"], "filename_pattern": "*.png", "use_cache": True}),
    ],
)
def test_creation_with_files_of_others(product: Product, relay: Relay, arguments: tuple, body: dict):
    """contract-data.md §8.2: one call in JSON without upload headers; what it can't get fails the request, what can't be is refused."""
    done = cli(product, relay, "task", "create", "NAME", *arguments, "--labels", LABELS, check=False)

    assert done.returncode != 0
    [call] = relay.data_calls()
    assert (call.upload, call.headers["content-type"]) == ("", "application/json")
    sent = json.loads(call.body)
    assert {name: sent[name] for name in body} == body
    assert call.status == (400 if "filename_pattern" in body else 202)


def test_frames_previews_and_meta(product: Product, relay: Relay, make_task, tmp_path: Path):
    """contract-data.md §8.3, frames and chunks."""
    task = make_task(data={"chunk_size": 3})
    cli(product, relay, "task", "frames", task.id, 0, 2, "--quality", "compressed", "--outdir", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["task_{}_frame_{:06}.jpg".format(task.id, number) for number in (0, 2)]
    with make_client(relay.url, credentials=ADMIN) as client:
        seen = client.tasks.retrieve(task.id)
        seen.get_frame(1)
        seen.get_jobs()[0].get_frame(1, quality="original")
        with open(tmp_path / "chunk.zip", "wb") as target:
            seen.download_chunk(1, target, quality="original")
        seen.get_preview()
        seen.remove_frames_by_ids([0, 2])
        assert seen.get_meta().deleted_frames == [0, 2]

    calls = [(call.method, call.path, call.status) for call in relay.calls if "/data" in call.path or "preview" in call.path]
    job = task.get_jobs()[0].id
    queries = [set(path.partition("?")[2].split("&")) for _, path, _ in calls if "type=" in path]
    assert {"type=frame", "number=0", "quality=compressed"} in queries and {"type=frame", "number=1"} in queries
    assert {"type=chunk", "number=1", "quality=original"} in queries
    paths = {(method, path.partition("?")[0]) for method, path, _ in calls}
    assert {("GET", f"/api/tasks/{task.id}/data/"), ("GET", f"/api/jobs/{job}/data"), ("GET", f"/api/tasks/{task.id}/preview")} <= paths
    assert {("PATCH", f"/api/tasks/{task.id}/data/meta"), ("GET", f"/api/tasks/{task.id}/data/meta")} <= paths
    assert {status for *_, status in calls} == {200}


def test_the_calls_of_a_dataset(relay: Relay, make_task, tmp_path: Path):
    """contract-data.md §8.4, the sequence and the cache; trap 30: chunks are asked for side by side and in any order."""
    task = make_task(data={"chunk_size": 2})
    task.remove_frames_by_ids([2, 3])
    with make_client(relay.url, credentials=ADMIN) as client:
        client.config.cache_dir = tmp_path
        TaskDataset(client, task.id)
        first = len(relay.calls)
        dataset = TaskDataset(client, task.id)
        again = relay.calls[first:]

    chunks = sorted(call.path.partition("?")[2] for call in relay.calls[:first] if "type=chunk" in call.path)
    assert [sorted(query.split("&")) for query in chunks] == [sorted((f"number={number}", "quality=original", "type=chunk")) for number in (0, 2, 3)]
    assert [sample.frame_index for sample in dataset.samples] == [0, 1, 4, 5, 6, 7]
    assert not [call.path for call in again if "type=chunk" in call.path or "/annotations" in call.path]
    assert {call.status for call in relay.calls} == {200}
    body = json.loads(next(tmp_path.rglob("data_meta.json")).read_text())
    assert body["deleted_frames"] == [2, 3]

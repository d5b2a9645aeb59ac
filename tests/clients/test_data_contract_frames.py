"""The tables of contract-data.md §1.5 and §2 that say how frames are chosen, ordered and cut into jobs, and what the task then shows."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from cvat_sdk.core.client import Client
from PIL import Image

from media_files import clip, number_in, pcd
from product import Product
from test_bad_input import zip_of
from test_data_contract_media import PICTURE, THREE, pdf, picture
from uploading import made_of, new_task, segments_of, upload


def meta(product: Product, task: dict) -> dict:
    return product.http("GET", f"/api/tasks/{task['id']}/data/meta").json()


def names(product: Product, task: dict) -> list[str]:
    return [frame["name"] for frame in meta(product, task)["frames"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"image_quality": 0}, "image_quality"),
        ({"image_quality": 101}, "image_quality"),
        ({"image_quality": "fine"}, "image_quality"),
        ({"chunk_size": 0}, "chunk_size"),
        ({"chunk_size": -1}, "chunk_size"),
        ({"chunk_size": 1.5}, "chunk_size"),
        ({"start_frame": -1}, "start_frame"),
        ({"stop_frame": -1}, "stop_frame"),
        ({"start_frame": 3, "stop_frame": 2}, "non_field_errors"),
        ({"frame_filter": "step=0"}, "frame_filter"),
        ({"frame_filter": "every second"}, "frame_filter"),
        ({"frame_filter": "step=2" + " " * 251}, "frame_filter"),
        ({"server_files": "a.png"}, "server_files"),
        ({"server_files": [""]}, "server_files"),
        ({"server_files": ["x" * 1025]}, "server_files"),
        ({"server_files": ["../a.png"]}, "server_files"),
        ({"remote_files": ["ftp://example.org/a.png"]}, "remote_files"),
        ({"server_files_exclude": {}}, "server_files_exclude"),
        ({"filename_pattern": "*.png", "server_files_exclude": ["a"]}, "non_field_errors"),
        ({"filename_pattern": "*.png", "server_files": ["m.jsonl", "a.png"]}, "non_field_errors"),
        ({"cloud_storage_id": "mine"}, "cloud_storage_id"),
        ({"use_zip_chunks": "maybe"}, "use_zip_chunks"),
        ({"use_cache": "maybe"}, "use_cache"),
        ({"copy_data": "maybe"}, "copy_data"),
        ({"storage_method": "attic"}, "storage_method"),
        ({"sorting_method": "alphabetical"}, "sorting_method"),
        ({"upload_file_order": "a.png"}, "upload_file_order"),
        ({"job_file_mapping": [[]]}, "job_file_mapping"),
        ({"job_file_mapping": ["a.png"]}, "job_file_mapping"),
        ({"job_file_mapping": [["a.png"], ["a.png"]]}, "job_file_mapping"),
        ({"job_file_mapping": [[""]]}, "job_file_mapping"),
    ],
)
def test_parameters_that_are_refused(product: Product, client: Client, body: dict, field: str):
    """contract-data.md §1.5, every parameter: 400 by field at the call; trap 9."""
    answer = product.http("POST", f"/api/tasks/{new_task(client)}/data/", json={"image_quality": 70, **body})

    assert (answer.status, list(answer.json())) == (400, [field]), answer.data


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({}, {"image_quality": 70, "chunk_size": 72, "size": 3, "start_frame": 0, "stop_frame": 2, "frame_filter": "", "storage": "local", "cloud_storage_id": None}),
        ({"image_quality": 1}, {"image_quality": 1}),
        ({"image_quality": 100}, {"image_quality": 100}),
        ({"chunk_size": 2}, {"chunk_size": 2}),
        ({"chunk_size": None}, {"chunk_size": 72}),
        ({"start_frame": 1}, {"size": 2, "start_frame": 1, "stop_frame": 2}),
        ({"stop_frame": 1}, {"size": 2, "start_frame": 0, "stop_frame": 1}),
        ({"stop_frame": 0}, {"size": 3, "stop_frame": 2}),
        ({"stop_frame": 99}, {"size": 3, "stop_frame": 2}),
        ({"frame_filter": "step=2"}, {"size": 2, "frame_filter": "step=2", "stop_frame": 2}),
        ({"frame_filter": "step = 2"}, {"size": 2, "frame_filter": "step = 2"}),
        ({"use_cache": True}, {"size": 3, "storage": "local"}),
        ({"storage_method": "cache"}, {"size": 3}),
        ({"storage_method": "file_system", "storage": "local"}, {"size": 3}),
        ({"use_zip_chunks": True, "copy_data": True}, {"size": 3}),
        ({"cloud_storage_id": None, "filename_pattern": None, "validation_params": None, "job_file_mapping": None}, {"size": 3}),
        ({"server_files": [], "remote_files": [], "server_files_exclude": [], "upload_file_order": []}, {"size": 3}),
    ],
)
def test_parameters_that_are_taken(product: Product, client: Client, body: dict, shown: dict):
    """contract-data.md §1.5, every parameter: its accepted forms, its default and what the task shows of it."""
    told = meta(product, made_of(product, client, THREE, **body))

    assert {name: told[name] for name in shown} == shown


def test_the_order_of_uploaded_files_must_be_complete(product: Product, client: Client):
    """contract-data.md §1.5, upload_file_order; trap 9: 400 at the call, with up to five names."""
    task = new_task(client)
    fields = {f"client_files[{index}]": (f"{index}.png", PICTURE) for index in range(4)}
    assert product.http("POST", f"/api/tasks/{task}/data/", headers={"Upload-Multiple": ""}, fields=fields).status == 200
    path, body = f"/api/tasks/{task}/data/", {"image_quality": 70, "sorting_method": "predefined"}

    order = ["0.png", "x.png", "y.png", "z.png"]
    answer = product.http("POST", path, headers={"Upload-Finish": ""}, json={**body, "upload_file_order": order})
    assert answer.status == 400 and isinstance(answer.json(), list) and len(answer.json()) == 1
    [message] = answer.json()
    assert message.count("(extra)") == 3 and message.count("(missing)") == 2 and "1 more" in message
    good = product.http("POST", path, headers={"Upload-Finish": ""}, json={**body, "upload_file_order": ["3.png", "1.png", "0.png", "2.png"]})
    assert product.finished(good.json()["rq_id"])["status"] == "finished"
    assert names(product, {"id": task}) == ["3.png", "1.png", "0.png", "2.png"]


@pytest.mark.parametrize(
    ("count", "body", "frames", "stop"),
    [
        (50, {"start_frame": 3, "stop_frame": 46, "frame_filter": "step=5"}, list(range(3, 47, 5)), 43),
        (8, {"start_frame": 1, "frame_filter": "step=3"}, [1, 4, 7], 7),
        (8, {"start_frame": 7}, [7], 7),
    ],
)
def test_numbers_of_pictures(product: Product, client: Client, count: int, body: dict, frames: list[int], stop: int):
    """contract-data.md §2.1, examples of pictures; trap 10: stop_frame is the last one that is selected."""
    task = made_of(product, client, {f"{number:02}.png": picture(8 + number) for number in range(count)}, **body)

    told = meta(product, task)
    assert [frame["name"] for frame in told["frames"]] == [f"{number:02}.png" for number in frames]
    assert (told["size"], told["start_frame"], told["stop_frame"]) == (len(frames), frames[0], stop)
    answer = product.http("GET", f"/api/tasks/{task['id']}/data/?type=frame&quality=original&number={len(frames) - 1}")
    assert Image.open(BytesIO(answer.data)).width == 8 + frames[-1]
    assert segments_of(product, task["id"]) == [(0, len(frames) - 1)]


def test_numbers_of_a_video(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §2.1, the example of a video."""
    content = clip(tmp_path / "a.mp4", 12).read_bytes()
    task = made_of(product, client, {"a.mp4": content}, start_frame=2, stop_frame=6, frame_filter="step=2")

    told = meta(product, task)
    assert (told["size"], told["start_frame"], told["stop_frame"], len(told["frames"])) == (3, 2, 6, 1)
    frames = [product.http("GET", f"/api/tasks/{task['id']}/data/?type=frame&quality=original&number={number}").data for number in range(3)]
    assert [number_in(frame) for frame in frames] == [2, 4, 6]


@pytest.mark.parametrize(
    ("size", "spec", "segments", "shown"),
    [
        (4, {"segment_size": 3, "overlap": 1}, [(0, 2), (2, 3)], (3, 1)),
        (5, {"segment_size": 3, "overlap": 1}, [(0, 2), (2, 4)], (3, 1)),
        (6, {"segment_size": 3, "overlap": 1}, [(0, 2), (2, 4), (4, 5)], (3, 1)),
        (6, {"segment_size": 3}, [(0, 2), (3, 5)], (3, 0)),
        (6, {}, [(0, 5)], (6, 0)),
        (6, {"segment_size": 0}, [(0, 5)], (6, 0)),
        (6, {"segment_size": 100}, [(0, 5)], (6, 0)),
        (8, {"segment_size": 4, "overlap": 3}, [(0, 3), (2, 5), (4, 7)], (4, 2)),
    ],
)
def test_segments_of_pictures(product: Product, client: Client, size: int, spec: dict, segments: list, shown: tuple[int, int]):
    """contract-data.md §2.2, examples of segments and the limit of the overlap."""
    task = client.tasks.create({"name": "cut", "labels": [{"name": "a"}], **spec}).id
    assert upload(product, task, {f"{number}.png": PICTURE for number in range(size)})["status"] == "finished"

    told = product.http("GET", f"/api/tasks/{task}").json()
    assert segments_of(product, task) == segments
    assert (told["segment_size"], told["overlap"]) == shown
    jobs = product.http("GET", f"/api/jobs?task_id={task}").json()["results"]
    assert all(job["frame_count"] == job["stop_frame"] - job["start_frame"] + 1 for job in jobs)
    assert {job["data_chunk_size"] for job in jobs} == {told["data_chunk_size"]}


@pytest.mark.parametrize(("spec", "segments"), [({}, [(0, 4), (3, 7)]), ({"overlap": 0}, [(0, 4), (5, 7)])])
def test_segments_of_a_video(product: Product, client: Client, tmp_path: Path, spec: dict, segments: list):
    """contract-data.md §2.2, the example of a video; trap 20: its overlap is 5, then at most half of a segment."""
    task = client.tasks.create({"name": "cut", "labels": [{"name": "a"}], "segment_size": 5, **spec}).id
    assert upload(product, task, {"a.mp4": clip(tmp_path / "a.mp4", 8).read_bytes()})["status"] == "finished"

    assert segments_of(product, task) == segments


@pytest.mark.parametrize(
    ("media", "body", "expected"),
    [
        ("a.png", {}, ("annotation", "2d", "image", "imageset", "imageset")),
        ("a.zip", {}, ("annotation", "2d", "image", "imageset", "imageset")),
        ("a.pdf", {}, ("annotation", "2d", "image", "imageset", "imageset")),
        ("a.mp4", {}, ("interpolation", "2d", "image", "video", "video")),
        ("a.mp4", {"use_zip_chunks": True}, ("interpolation", "2d", "image", "imageset", "video")),
        ("a.pcd", {}, ("annotation", "3d", "point_cloud", "imageset", "imageset")),
    ],
)
def test_modes_and_types(product: Product, client: Client, tmp_path: Path, media: str, body: dict, expected: tuple):
    """contract-data.md §2.3, modes and types, decision 1."""
    contents = {
        "a.png": lambda: PICTURE,
        "a.zip": lambda: zip_of({"a.png": PICTURE}),
        "a.pdf": pdf,
        "a.mp4": lambda: clip(tmp_path / "a.mp4", 4).read_bytes(),
        "a.pcd": lambda: pcd(tmp_path / "a.pcd", 5, 1).read_bytes(),
    }
    task = made_of(product, client, {media: contents[media]()}, **body)

    fields = ("mode", "dimension", "media_type", "data_compressed_chunk_type", "data_original_chunk_type")
    assert tuple(task[field] for field in fields) == expected
    [job] = client.tasks.retrieve(task["id"]).get_jobs()
    assert (job.mode, job.dimension, job.data_compressed_chunk_type, job.data_original_chunk_type) == (expected[0], expected[1], *expected[3:])


def test_a_task_without_data(product: Product, client: Client):
    """contract-data.md §2.3, the task before its data; traps 28 and 35: no null where the client's models have none, and their newer fields."""
    task = new_task(client)
    body = product.http("GET", f"/api/tasks/{task}").json()

    for field in ("size", "image_quality", "mode", "media_type", "dimension", "subset", "segment_size", "initial_replicas"):
        assert body.get(field, "") is not None, field
    assert client.tasks.retrieve(task).initial_replicas == 0
    for path in ("data/meta", "data/?type=frame&number=0", "data/?type=chunk&number=0"):
        assert product.http("GET", f"/api/tasks/{task}/{path}").status == 404


@pytest.mark.parametrize(("width", "height", "chunk_size"), [(64, 48, 72), (1280, 720, 72), (1920, 1080, 36), (3000, 2000, 12), (8000, 5000, 2)])
def test_the_default_size_of_chunks(product: Product, client: Client, width: int, height: int, chunk_size: int):
    """contract-data.md §2.4; trap 21: from the first selected picture, within 2 and 72."""
    content = BytesIO()
    Image.new("L", (width, height), 90).save(content, "png")
    task = made_of(product, client, {"0.png": PICTURE, "1.png": content.getvalue()}, start_frame=1)

    assert task["data_chunk_size"] == chunk_size


FILES = ["a10.png", "a2.png", "A1.png", "b/x.png", "B_.png", "é.png"]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("lexicographical", ["A1.png", "B_.png", "a10.png", "a2.png", "b/x.png", "é.png"]),
        ("natural", ["A1.png", "a2.png", "a10.png"]),
        ("random", None),
    ],
)
def test_methods_of_sorting(product: Product, client: Client, method: str, expected: list[str] | None):
    """contract-data.md §2.5, sorting; trap 19: by code points over the whole path; what is random is drawn once."""
    task = made_of(product, client, {"all.zip": zip_of({name: PICTURE for name in FILES})}, sorting_method=method)

    order = names(product, task)
    assert sorted(order) == sorted(FILES) and names(product, task) == order
    if expected:
        assert [name for name in order if name in expected] == expected


def test_order_before_choice(product: Product, client: Client):
    """contract-data.md §2.5: sorting comes before start, stop and step."""
    files = {name: PICTURE for name in ("a10.png", "a2.png", "a1.png", "a3.png")}
    body = {"sorting_method": "natural", "start_frame": 1, "stop_frame": 2}

    assert names(product, made_of(product, client, files, **body)) == ["a2.png", "a3.png"]
    assert names(product, made_of(product, client, files, sorting_method="predefined", start_frame=1)) == ["a2.png", "a1.png", "a3.png"]


def test_the_slash_is_a_character(product: Product, client: Client):
    """contract-data.md §2.5, the lexicographical example."""
    files = {name: PICTURE for name in ("test_1.png", "data/x.png", "data.png", "data-1.png")}
    assert names(product, made_of(product, client, {"all.zip": zip_of(files)})) == ["data-1.png", "data.png", "data/x.png", "test_1.png"]

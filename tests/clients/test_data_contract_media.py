"""The tables of contract-data.md §1.5, §1.7, §4 and §7 that say which media and parameters go together, and what fails with which words."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from cvat_sdk.core.client import Client
from PIL import Image

import pictures
from media_files import clip, manifest_of, pcd, zipped
from product import Product
from test_bad_input import zip_of
from uploading import made_of, new_task, refusal, segments_of

WAYS = {
    "mp4": ("-c:v", "libx264"),
    "mov": ("-c:v", "libx264"),
    "MKV": ("-c:v", "libx264"),
    "m4v": ("-c:v", "libx264"),
    "ts": ("-c:v", "libx264", "-f", "mpegts"),
    "flv": ("-c:v", "flv1"),
    "3gp": ("-c:v", "libx264"),
    "avi": ("-c:v", "mpeg4"),
    "mpg": ("-c:v", "mpeg2video"),
    "wmv": ("-c:v", "wmv2"),
    "webm": ("-c:v", "libvpx"),
    "ogv": ("-c:v", "libtheora"),
}


def picture(width: int = 8, height: int = 8, form: str = "png") -> bytes:
    content = BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, form)
    return content.getvalue()


PICTURE = picture()


@pytest.mark.parametrize("extension", WAYS)
def test_videos_by_their_extension(product: Product, client: Client, tmp_path: Path, extension: str):
    """contract-data.md §1.7, kinds: video; trap 18: .ts is a video, and case does not count."""
    path = clip(tmp_path / f"a.{extension}", 6, *WAYS[extension])

    task = made_of(product, client, {path.name: path.read_bytes()})

    assert (task["mode"], task["size"]) == ("interpolation", 6)


@pytest.mark.parametrize("name", ["a.svg", "a.svgz", "a.gz", "a.bz2", "a.xz", "a.txt", "a.jsonl", "jpg"])
def test_extensions_that_say_nothing(product: Product, client: Client, name: str):
    """contract-data.md §1.7, kinds: what is unknown is skipped; nothing usable remains."""
    content = b'{"version":"1.1"}\n{"type":"images"}\n' if name == "a.jsonl" else PICTURE
    assert "No media data found" in refusal(product, new_task(client), {name: content})
    assert made_of(product, client, {name: content, "b.PNG": PICTURE})["size"] == 1 if name != "a.jsonl" else True


def test_the_content_does_not_decide_the_kind(product: Product, client: Client):
    """contract-data.md §1.7: the kind is the extension's; trap 18."""
    assert made_of(product, client, {"a.png": picture(form="jpeg")})["mode"] == "annotation"
    assert "'a.mp4'" in refusal(product, new_task(client), {"a.mp4": PICTURE})
    assert "'a.pcd'" in refusal(product, new_task(client), {"a.pcd": PICTURE})


def manifest(*names: str, head: tuple[str, ...] = ('{"version":"1.1"}', '{"type":"images"}')) -> bytes:
    rows = [json.dumps({"name": name.rpartition(".")[0], "extension": "." + name.rpartition(".")[2], "width": 8, "height": 8}) for name in names]
    return "\n".join([*head, *rows]).encode() + b"\n"


def pdf() -> bytes:
    content = BytesIO()
    Image.new("RGB", (60, 40), "red").save(content, "pdf")
    return content.getvalue()


ZIP = zip_of({"a.png": PICTURE})


@pytest.mark.parametrize(
    ("files", "body", "words"),
    [
        ({"a.txt": b"x"}, {}, "No media data found"),
        ({"a.zip": ZIP, "b.zip": ZIP}, {}, "2 zip"),
        ({"a.zip": ZIP, "b.png": PICTURE}, {}, "1 zip, 1 image"),
        ({"a.pdf": pdf(), "b.png": PICTURE}, {}, "1 pdf, 1 image"),
        ({"a.mp4": b"x", "b.mp4": b"x"}, {}, "2 video"),
        ({"a.mp4": b"x", "b.zip": ZIP, "c.png": PICTURE}, {}, "1 video, 1 zip, 1 image"),
        ({"a.png": PICTURE, "1.jsonl": manifest("a.png"), "2.jsonl": manifest("a.png")}, {}, "Only one manifest"),
        ({"a.png": PICTURE, "m.jsonl": b'{"hello":"world"}\n'}, {}, "m.jsonl"),
        ({"a.png": PICTURE, "m.jsonl": manifest("a.png", head=('{"version":"2.0"}', '{"type":"images"}'))}, {}, "m.jsonl"),
        ({"a.png": PICTURE, "m.jsonl": manifest("a.png", head=('{"version":"1.1"}', '{"type":"sounds"}'))}, {}, "m.jsonl"),
        ({"a.png": PICTURE, "m.jsonl": manifest("a.png") + b'{"width":8}\n'}, {}, "m.jsonl"),
        ({"a.pdf": pdf(), "m.jsonl": manifest("a_1.jpg")}, {}, "manifest can't be used with a PDF"),
        ({"a.png": PICTURE, "m.jsonl": manifest("a.png")}, {"sorting_method": "random"}, "random sorting"),
        ({"a.zip": ZIP}, {"sorting_method": "predefined"}, "Can't find upload manifest file"),
        ({"a.zip": zip_of({"a.png": PICTURE, "manifest.jsonl": manifest("a.png")})}, {"sorting_method": "predefined"}, "Can't find upload manifest file"),
        ({"a.png": PICTURE, "m.jsonl": manifest("b.png")}, {"sorting_method": "predefined"}, "a.png (upload), b.png (manifest)"),
        ({"a.png": PICTURE, "b.png": PICTURE, "m.jsonl": manifest("b.png", "a.png")}, {}, "Incorrect file mapping to manifest content"),
        ({"a.png": PICTURE}, {"start_frame": 1}, "beyond the last picture"),
        ({"a.pcd": b"VERSION 0.7\nDATA nonsense\n"}, {}, "'a.pcd'"),
        ({"a.png": PICTURE}, {"validation_params": {"mode": "gt", "frame_selection_method": "random_uniform", "frame_count": 5}}, "number of frames requested (5)"),
    ],
)
def test_what_fails_in_the_background(product: Product, client: Client, files: dict, body: dict, words: str):
    """contract-data.md §1.7, background failures; traps 9 and 22: the call is taken, the request fails, and a manifest in the archive does not count."""
    assert words in refusal(product, new_task(client), files, **body)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_manifests_that_are_taken(product: Product, client: Client, version: str):
    """contract-data.md §2.7: both versions, blank lines and empty objects between the entries."""
    lines = manifest("b.png", "a.png", head=(json.dumps({"version": version}), '{"type":"images"}')).decode().splitlines()
    content = "\n".join([*lines[:3], "", "{}", *lines[3:]]).encode()
    task = made_of(product, client, {"a.png": PICTURE, "b.png": PICTURE, "any.jsonl": content}, sorting_method="predefined")

    frames = product.http("GET", f"/api/tasks/{task['id']}/data/meta").json()["frames"]
    assert [frame["name"] for frame in frames] == ["b.png", "a.png"]


def test_media_of_another_dimension_than_the_project(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.7, background failures: a project holds pictures or point clouds."""
    project = client.projects.create({"name": "flat", "labels": [{"name": "a"}]}).id
    cloud = pcd(tmp_path / "1.pcd", 5, 1).read_bytes()
    flat, deep = (client.tasks.create({"name": name, "project_id": project}).id for name in ("flat", "deep"))
    made_of(product, client, {"1.pcd": cloud})

    assert "uploaded" not in refusal(product, new_task(client), {"1.pcd": cloud, "2.png": PICTURE})
    fields = {"image_quality": "70", "client_files[0]": ("a.png", PICTURE)}
    assert product.finished(product.http("POST", f"/api/tasks/{flat}/data/", fields=fields).json()["rq_id"])["status"] == "finished"
    assert "dimension" in refusal(product, deep, {"1.pcd": cloud})


def test_a_video_whose_frames_are_too_large(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.7, background failures: 9,437,184 pixels at most."""
    path = clip(tmp_path / "a.avi", 1, "-c:v", "mpeg4", size="4098x2304")

    assert "4098 × 2304" in refusal(product, new_task(client), {"a.avi": path.read_bytes()})


THREE = {f"{name}.png": PICTURE for name in "abc"}


@pytest.mark.parametrize(
    ("files", "body", "segment_size"),
    [
        (THREE, {}, 2),
        (THREE, {"sorting_method": "natural"}, 0),
        (THREE, {"sorting_method": "random"}, 0),
        (THREE, {"start_frame": 1}, 0),
        (THREE, {"stop_frame": 1}, 0),
        (THREE, {"frame_filter": "step=2"}, 0),
        ({"c.png": PICTURE}, {}, 0),
    ],
)
def test_what_does_not_go_with_a_file_mapping(product: Product, client: Client, files: dict, body: dict, segment_size: int):
    """contract-data.md §1.5, restrictions of job_file_mapping."""
    task = client.tasks.create({"name": "mapped", "labels": [{"name": "a"}], **({"segment_size": segment_size} if segment_size else {})}).id

    assert refusal(product, task, files, job_file_mapping=[["c.png"], ["a.png"]], **body)


def test_a_file_mapping_and_a_video(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.5, restrictions of job_file_mapping: not for videos."""
    content = clip(tmp_path / "a.mp4", 3).read_bytes()
    assert "job_file_mapping" in refusal(product, new_task(client), {"a.mp4": content}, job_file_mapping=[["a.mp4"]])


def test_a_file_mapping_gives_jobs_and_order(product: Product, client: Client):
    """contract-data.md §1.5, effects of job_file_mapping: a job per list, the rest is dropped, null is nothing."""
    task = made_of(product, client, THREE, job_file_mapping=[["c.png"], ["a.png"]])
    names = [frame["name"] for frame in product.http("GET", f"/api/tasks/{task['id']}/data/meta").json()["frames"]]

    assert (names, segments_of(product, task["id"]), task["segment_size"], task["overlap"]) == (["c.png", "a.png"], [(0, 0), (1, 1)], 0, 0)
    assert made_of(product, client, THREE, job_file_mapping=None)["size"] == 3


def context(layout: str, root: Path) -> tuple[list[str], list[str]]:
    """Two scenes in a layout, the first one with a context image; the names of the frames."""
    scenes = {
        "velodyne": ["drive/velodyne_points/data/0.bin", "drive/velodyne_points/data/1.bin"],
        "pointcloud": ["set/pointcloud/0.pcd", "set/pointcloud/1.pcd"],
        "option 1": ["x/0.pcd", "x/1.pcd"],
        "option 2": ["x/0/0.pcd", "x/1/1.pcd"],
    }[layout]
    images = {
        "velodyne": ["drive/IMAGE_00/data/0.png", "drive/image_01/data/0.jpg"],
        "pointcloud": ["set/related_images/0_pcd/cam_b.png", "set/related_images/0_pcd/cam_a.png"],
        "option 1": ["x/0.png"],
        "option 2": ["x/0/any.png", "x/0/name.png"],
    }[layout]
    for number, scene in enumerate(scenes):
        (root / scene).parent.mkdir(parents=True, exist_ok=True)
        if scene.endswith(".bin"):
            np.random.default_rng(number).normal(0, 5, (9, 4)).astype("<f4").tofile(root / scene)
        else:
            pcd(root / scene, 9, number)
    for image in images:
        (root / image).parent.mkdir(parents=True, exist_ok=True)
        pictures.noise(root / image, 8, 8, 1)
    return [scene.replace(".bin", ".pcd") for scene in scenes], images


@pytest.mark.parametrize("layout", ["velodyne", "pointcloud", "option 1", "option 2"])
def test_layouts_of_point_clouds(product: Product, client: Client, tmp_path: Path, layout: str):
    """contract-data.md §4.1, the four layouts, below a folder."""
    names, images = context(layout, tmp_path / "in")
    task = made_of(product, client, {"all.zip": zipped(tmp_path / "in", tmp_path / "all.zip").read_bytes()})

    frames = product.http("GET", f"/api/tasks/{task['id']}/data/meta").json()["frames"]
    assert [(frame["name"], frame["width"], frame["height"], frame["related_files"]) for frame in frames] == [(names[0], 9, 1, len(images)), (names[1], 9, 1, 0)]
    answer = product.http("GET", f"/api/tasks/{task['id']}/data/?type=context_image&number=0")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    none = product.http("GET", f"/api/tasks/{task['id']}/data/?type=context_image&number=1")
    assert (none.status, none.data) == (404, b"")
    assert (task["dimension"], task["mode"]) == ("3d", "annotation")


@pytest.mark.parametrize("version", ["0.7", ".7", "0.6", ".5"])
def test_versions_of_point_clouds(product: Product, client: Client, tmp_path: Path, version: str):
    """contract-data.md §4.2, accepted versions."""
    content = pcd(tmp_path / "1.pcd", 5, 1).read_bytes().replace(b"VERSION 0.7", f"VERSION {version}".encode())
    assert made_of(product, client, {"1.pcd": content})["dimension"] == "3d"


UNIFORM = {"mode": "gt", "frame_selection_method": "random_uniform", "frame_count": 1}
MANUAL = {"mode": "gt", "frame_selection_method": "manual", "frames": ["a.png"]}
PER_JOB = {"mode": "gt", "frame_selection_method": "random_per_job", "frames_per_job_count": 1}
POOL = {"mode": "gt_pool", "frame_selection_method": "random_uniform", "frame_count": 1, "frames_per_job_count": 1}


@pytest.mark.parametrize(
    "params",
    [
        {**UNIFORM, "mode": "other"},
        {"frame_selection_method": "random_uniform", "frame_count": 1},
        {"mode": "gt", "frame_count": 1},
        {**UNIFORM, "frame_selection_method": "best"},
        {**POOL, "frame_selection_method": "random_per_job"},
        {**UNIFORM, "frame_count": 0},
        {**UNIFORM, "frame_share": 0.5},
        {"mode": "gt", "frame_selection_method": "random_uniform"},
        {"mode": "gt", "frame_selection_method": "random_uniform", "frame_share": 0},
        {"mode": "gt", "frame_selection_method": "random_uniform", "frame_share": 1.5},
        {"mode": "gt", "frame_selection_method": "random_per_job"},
        {**PER_JOB, "frames_per_job_count": 0},
        {**PER_JOB, "frames_per_job_share": 0.5},
        {name: value for name, value in POOL.items() if name != "frames_per_job_count"},
        {**MANUAL, "frames": []},
        {**MANUAL, "frames": ["a.png", "a.png"]},
        {**UNIFORM, "frames": ["a.png"]},
        {**UNIFORM, "random_seed": -1},
        "gt",
    ],
)
def test_fields_of_the_validation_that_are_refused(product: Product, client: Client, params: dict | str):
    """contract-data.md §7, fields of validation_params: what is wrong in itself is 400 by field, and nothing begins."""
    task = new_task(client)
    answer = product.http("POST", f"/api/tasks/{task}/data/", json={"image_quality": 70, "validation_params": params})

    assert (answer.status, list(answer.json())) == (400, ["validation_params"])


@pytest.mark.parametrize(
    "params", [UNIFORM, MANUAL, PER_JOB, {"mode": "gt", "frame_selection_method": "random_uniform", "frame_share": 1, "random_seed": 0}, None, {**POOL, "random_seed": 0}]
)
def test_fields_of_the_validation_that_are_taken(product: Product, client: Client, params: dict | None):
    """contract-data.md §7, fields of validation_params."""
    task = made_of(product, client, THREE, validation_params=params, sorting_method="random" if params and params["mode"] == "gt_pool" else "lexicographical")

    layout = product.http("GET", f"/api/tasks/{task['id']}/validation_layout").json()
    assert layout["mode"] == (params and params["mode"])
    assert task["validation_mode"] == (params and params["mode"])


def test_validation_of_other_media(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §7, what depends on the data: a pool is for pictures, ground truth for two dimensions."""
    film, cloud = clip(tmp_path / "a.mp4", 6).read_bytes(), pcd(tmp_path / "a.pcd", 5, 1).read_bytes()
    assert refusal(product, new_task(client), {"a.mp4": film}, validation_params=POOL, sorting_method="random")
    assert "2d" in refusal(product, new_task(client), {"a.pcd": cloud, "b.pcd": cloud}, validation_params=UNIFORM)
    assert refusal(product, new_task(client), THREE, validation_params=POOL, sorting_method="random", job_file_mapping=[["a.png"]])


def test_the_manifest_of_a_video_beside_it(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.7 and §2.7: a video may bring its manifest; that of pictures is none."""
    content = clip(tmp_path / "a.mp4", 4).read_bytes()
    rows = ['{"version":"1.1"}', '{"type":"video"}', '{"properties":{"name":"a.mp4","resolution":[96,64],"length":4}}', '{"number":0,"pts":0,"checksum":"0"}']
    assert made_of(product, client, {"a.mp4": content, "m.jsonl": "\n".join(rows).encode()})["size"] == 4

    pictured = manifest_of(tmp_path / "p.jsonl", ["a.png"])
    assert "p.jsonl" in refusal(product, new_task(client), {"a.mp4": content, "p.jsonl": pictured.read_bytes()})

"""Tasks from the connected share, made with the official command line, and what must be refused."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cvat_sdk.core.client import Client
from PIL import Image

import pictures
from media_files import clip
from product import Product
from sourcing import LABELS, frame, made, meta, names, refusal
from uploading import MIB, new_task


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures in two levels of folders, an archive, a video, and links and devices that must not be followed."""
    top = tmp_path_factory.mktemp("share")
    root = top / "root"
    (root / "images" / "deep").mkdir(parents=True)
    for index in range(4):
        pictures.noise(root / "images" / f"{index}.png", 64, 48, index)
    for index in (10, 2):
        pictures.noise(root / "images" / "deep" / f"{index}.jpg", 80, 60, index)
    (root / "images" / "notes.txt").write_text("no picture")
    pictures.stored_zip(root / "pack.zip", sorted((root / "images").glob("*.png")))
    clip(root / "clip.mp4", 30)
    pictures.noise(top / "secret.png", 64, 48, 99)
    (root / "out.png").symlink_to(top / "secret.png")
    (root / "up").symlink_to("..")
    (root / "inside.png").symlink_to(root / "images" / "0.png")
    (root / "round").mkdir()
    (root / "round" / "again").symlink_to("..")
    os.mkfifo(root / "pipe.png")
    return root


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, share: Path) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("sources") / "data", CVATSERVERLESS_SHARE=str(share)).start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def client(product: Product) -> Iterator[Client]:
    with product.client() as client:
        yield client


def test_share_is_listed_level_by_level(product: Product):
    """contract-data.md §6, and the kinds of §5.4."""
    def listing(query: str) -> list[tuple[str, str, str]]:
        answer = product.http("GET", f"/api/server/share{query}")
        assert answer.status == 200, answer.data
        return [(entry["name"], entry["type"], entry["mime_type"]) for entry in answer.json()]

    assert listing("") == [
        ("images", "DIR", "DIR"),
        ("round", "DIR", "DIR"),
        ("clip.mp4", "REG", "video"),
        ("inside.png", "REG", "image"),
        ("pack.zip", "REG", "archive"),
    ]
    assert [name for name, *_ in listing("?directory=/images")] == ["deep", "0.png", "1.png", "2.png", "3.png", "notes.txt"]
    assert listing("?directory=images/deep&search=1") == [("10.jpg", "REG", "image")]
    assert [name for name, *_ in listing("?search=IN")] == []


@pytest.mark.parametrize("directory", ["..", "/..", "images/../..", "up", "/etc", "images/0.png", "%2e%2e", "%2e%2e/", "pipe.png", "nowhere"])
def test_share_lists_nothing_outside(product: Product, directory: str):
    answer = product.http("GET", f"/api/server/share?directory={directory}")
    assert answer.status == 400, answer.data
    assert isinstance(answer.json(), str)
    assert "secret" not in answer.data.decode()


def test_cli_makes_a_task_of_a_folder_with_copies(product: Product, client: Client, share: Path):
    """contract-data.md §8.2, share; §1.6."""
    arguments = ("--copy_data", "--chunk_size", 2, "--start_frame", 1, "--stop_frame", 4, "--sorting-method", "natural")
    created = product.cli("task", "create", "copied", "share", "images/", "--labels", LABELS, *arguments)
    task = int(created.stdout.split()[-1])

    assert (meta(product, task)["storage"], meta(product, task)["start_frame"]) == ("local", 1)
    assert names(product, task) == ["images/1.png", "images/2.png", "images/3.png", "images/deep/2.jpg"]
    assert frame(product, task, 3).data == (share / "images/deep/2.jpg").read_bytes()


def test_pictures_stay_on_the_share(product: Product, client: Client, share: Path, tmp_path: Path):
    before = sum(path.stat().st_size for path in (product.data / "blobs").rglob("*"))
    for use_cache in (False, True):
        task = made(product, client, server_files=["images/"], use_cache=use_cache)

        told = meta(product, task)
        assert (told["storage"], told["cloud_storage_id"], told["size"]) == ("share", None, 6)
        assert [(item["width"], item["height"]) for item in told["frames"]] == [(64, 48)] * 4 + [(80, 60)] * 2
        assert [item["name"] for item in told["frames"]][-2:] == ["images/deep/10.jpg", "images/deep/2.jpg"]
        for number, name in enumerate(names(product, task)):
            assert frame(product, task, number).data == (share / name).read_bytes()
            assert Image.open(io.BytesIO(frame(product, task, number, "compressed").data)).size == Image.open(share / name).size

        job = client.tasks.retrieve(task).get_jobs()[0]
        for path in (f"tasks/{task}/data/?type=chunk&number=0", f"jobs/{job.id}/data?type=chunk&index=0"):
            for quality in ("original", "compressed"):
                chunk = product.http("GET", f"/api/{path}&quality={quality}")
                with zipfile.ZipFile(io.BytesIO(chunk.data)) as entries:
                    assert len(entries.namelist()) == 6
                    assert quality == "compressed" or entries.read("000005.jpg") == (share / "images/deep/2.jpg").read_bytes()

        client.tasks.remove_by_ids([task])
    after = sum(path.stat().st_size for path in (product.data / "blobs").rglob("*"))
    assert after - before < MIB


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"server_files": ["/images/1.png"]}, ["images/1.png"]),
        ({"server_files": ["images/", "images/deep"]}, ["images/deep/10.jpg", "images/deep/2.jpg"]),
        ({"server_files": ["images/", "images/3.png"]}, ["images/3.png"]),
        ({"server_files": ["images"], "server_files_exclude": ["images/deep/", "images/1.png"]}, ["images/0.png", "images/2.png", "images/3.png"]),
        ({"server_files": ["/"], "server_files_exclude": ["images/deep/"]}, ["images/0.png", "images/1.png", "images/2.png", "images/3.png", "inside.png"]),
        ({"filename_pattern": "images/*.jpg"}, ["images/deep/10.jpg", "images/deep/2.jpg"]),
        ({"filename_pattern": "*[1-2].png"}, ["images/1.png", "images/2.png"]),
        ({"server_files": ["inside.png"]}, ["inside.png"]),
        ({"server_files": ["pack.zip"]}, ["0.png", "1.png", "2.png", "3.png"]),
        ({"server_files": ["images/2.png", "images/0.png"], "sorting_method": "predefined"}, ["images/2.png", "images/0.png"]),
        (
            {"server_files": ["images/"], "job_file_mapping": [["images/2.png"], ["images/deep/2.jpg", "images/0.png"]]},
            ["images/2.png", "images/deep/2.jpg", "images/0.png"],
        ),
    ],
)
def test_paths_folders_patterns_and_exclusions(product: Product, client: Client, data: dict, expected: list[str]):
    """contract-data.md §1.5 and §1.6; trap 32."""
    assert names(product, made(product, client, **data)) == expected


def test_honeypots_of_pictures_on_the_share(product: Product, client: Client, share: Path):
    pool = {"mode": "gt_pool", "frame_selection_method": "random_uniform", "frame_count": 2, "frames_per_job_count": 1}
    task = made(product, client, server_files=["images/"], use_cache=True, sorting_method="random", validation_params=pool)
    path = f"/api/tasks/{task}/validation_layout"
    [real] = product.http("GET", path).json()["honeypot_real_frames"]

    for shown in (real, 11 - real):
        layout = product.http("PATCH", path, json={"frame_selection_method": "manual", "honeypot_real_frames": [shown]}).json()

        assert (layout["validation_frames"], layout["honeypot_real_frames"]) == ([5, 6], [shown])
        assert names(product, task)[layout["honeypot_frames"][0]] == names(product, task)[shown]
        chunk = product.http("GET", f"/api/tasks/{task}/data/?type=chunk&number=0&quality=original")
        with zipfile.ZipFile(io.BytesIO(chunk.data)) as entries:
            assert [entries.read(name) for name in entries.namelist()] == [(share / name).read_bytes() for name in names(product, task)]


def test_manifest_on_the_share_gives_order_and_choice(product: Product, client: Client, share: Path):
    rows = [{"name": f"{index}", "extension": ".png", "width": 64, "height": 48} for index in (3, 1, 0)]
    manifest = share / "images" / "manifest.jsonl"
    manifest.write_text("\n".join(json.dumps(row) for row in ({"version": "1.1"}, {"type": "images"}, *rows)))
    try:
        task = made(product, client, server_files=["images/manifest.jsonl"], sorting_method="predefined", use_cache=True)
        assert names(product, task) == ["images/3.png", "images/1.png", "images/0.png"]
        task = made(product, client, server_files=["images/manifest.jsonl"], filename_pattern="*/[01].png")
        assert names(product, task) == ["images/0.png", "images/1.png"]
        assert "does not have 'images/2.png'" in refusal(product, client, server_files=["images/manifest.jsonl", "images/2.png", "images/1.png"])
    finally:
        manifest.unlink()


def test_video_of_the_share_is_copied(product: Product, client: Client):
    task = made(product, client, server_files=["clip.mp4"])
    assert (meta(product, task)["storage"], meta(product, task)["size"]) == ("local", 30)
    assert client.tasks.retrieve(task).mode == "interpolation"
    assert frame(product, task, 29).status == 200


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["out.png"], "leads out of the share"),
        (["up/secret.png"], "leads out of the share"),
        (["up/"], "leads out of the share"),
        (["pipe.png"], "devices, sockets and pipes"),
        (["nothing.png"], "There is no file 'nothing.png' in the share"),
        (["images/0.png/x"], "There is no file"),
        (["images/notes.txt"], "No media data found"),
        (["clip.mp4", "images/0.png"], "Only one video"),
        (["round/"], "No media data found"),
    ],
)
def test_what_the_share_does_not_give(product: Product, client: Client, files: list[str], words: str):
    """contract-data.md §1.7, background failures of the share."""
    message = refusal(product, client, server_files=files)
    assert words in message
    assert str(product.data.parent) not in message


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"server_files": ["../secret.png"]}, "server_files"),
        ({"server_files": ["images/../../secret.png"]}, "server_files"),
        ({"server_files": ["images"], "server_files_exclude": ["a/../b"]}, "server_files_exclude"),
        ({"server_files": ["images/0.png"], "filename_pattern": "*.png"}, "non_field_errors"),
        ({"filename_pattern": "*.png", "server_files_exclude": ["a"]}, "non_field_errors"),
        ({"filename_pattern": ""}, "filename_pattern"),
        ({"remote_files": ["ftp://127.0.0.1/x.png"]}, "remote_files"),
        ({"remote_files": ["file:///etc/passwd"]}, "remote_files"),
        ({"remote_files": ["http://me:secret@127.0.0.1/x.png"]}, "remote_files"),
        ({"remote_files": ["x.png"]}, "remote_files"),
    ],
)
def test_parameters_that_are_refused_at_once(product: Product, client: Client, data: dict, field: str):
    """contract-data.md §1.5; trap 9."""
    answer = product.http("POST", f"/api/tasks/{new_task(client)}/data/", json={"image_quality": 70, **data})
    assert answer.status == 400, answer.data
    assert list(answer.json()) == [field]


def test_a_file_that_leaves_the_share_is_told(product: Product, client: Client, share: Path):
    """contract-data.md §3.1, errors: a file that has vanished."""
    moving = pictures.noise(share / "moving.png", 64, 48, 5)
    task = made(product, client, server_files=["moving.png"], use_cache=True)
    assert frame(product, task, 0).status == 200
    moving.unlink()

    gone = frame(product, task, 0)
    assert (gone.status, "moving.png" in gone.json()) == (404, True)
    assert product.http("GET", f"/api/tasks/{task}/data/?type=chunk&number=0&quality=compressed").status == 404
    assert product.http("GET", f"/api/tasks/{task}/preview").status == 404

    pictures.noise(moving, 64, 48, 5)
    assert frame(product, task, 0, "compressed").status == 200
    moving.unlink()


def test_context_images_of_the_share(product: Product, client: Client, share: Path):
    scene = share / "scene"
    (scene / "related_images" / "a_png").mkdir(parents=True)
    pictures.noise(scene / "a.png", 64, 48, 1)
    pictures.noise(scene / "related_images" / "a_png" / "top.png", 32, 24, 2)

    task = made(product, client, server_files=["scene/"], use_cache=True)

    assert [(item["name"], item["related_files"]) for item in meta(product, task)["frames"]] == [("scene/a.png", 1)]
    images = product.http("GET", f"/api/tasks/{task}/data/?type=context_image&number=0")
    with zipfile.ZipFile(io.BytesIO(images.data)) as entries:
        assert entries.namelist() == ["..jpg"]

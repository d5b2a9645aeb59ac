"""Faults of the machine and of files: each ends in a request that says why, or goes on after a restart; nothing half-made stays and others go on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

import pictures
from media_files import clip
from product import Product, eventually
from uploading import MIB, finish, new_task, tus_create, tus_piece, upload


def request_of(product: Product, task: int) -> dict:
    return product.http("GET", f"/api/requests/{quote(f'action=create&target=task&target_id={task}', safe='')}").json()


def left_over(folder: Path) -> list[str]:
    """What lies in a folder for temporary files, without what the runtime keeps there itself."""
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith(("clr-debug", "dotnet-diagnostic", ".dotnet", "system-commandline")))


@pytest.fixture
def scratch_product(tmp_path: Path) -> Iterator[tuple[Product, Path]]:
    """A product with a folder of its own for temporary files."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    product = Product(tmp_path / "data", TMPDIR=str(scratch)).start()
    yield product, scratch
    if product.process:
        product.kill()


def test_a_picture_of_200_megapixels_is_refused_by_its_name(product: Product, tmp_path: Path):
    picture = tmp_path / "vast.png"
    Image.new("1", (20_000, 10_000)).save(picture)
    with product.client() as client:
        task = new_task(client)

    request = upload(product, task, {"vast.png": picture.read_bytes()})

    assert request["status"] == "failed" and "vast.png" in request["message"] and "megapixels" in request["message"]


def test_an_entry_whose_bytes_were_damaged_is_named(product: Product, tmp_path: Path):
    archive = pictures.stored_zip(tmp_path / "pack.zip", [pictures.noise(tmp_path / f"{index}.png", 64, 48, index) for index in range(3)])
    damaged = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as reader:
        damaged[reader.getinfo("1.png").header_offset + 400] ^= 0xFF
    with product.client() as client:
        task = new_task(client)

    request = upload(product, task, {"pack.zip": bytes(damaged)})

    assert request["status"] == "failed" and "1.png" in request["message"], request["message"]


@pytest.mark.parametrize("kind", ["pictures", "video", "archive"])
def test_a_kill_at_every_step_of_a_creation(scratch_product: tuple[Product, Path], tmp_path: Path, kind: str):
    """Killed whenever the request's state has moved, until it is done."""
    product, scratch = scratch_product
    files = {
        "pictures": lambda: {f"{index:02}.jpg": pictures.noise(tmp_path / f"{index:02}.jpg", 900, 700, index).read_bytes() for index in range(12)},
        "video": lambda: {"long.mp4": clip(tmp_path / "long.mp4", 700, size="320x240").read_bytes()},
        "archive": lambda: {"pack.tar.gz": packed(tmp_path)},
    }[kind]()
    with product.client() as client:
        task = new_task(client)
    fields = {f"client_files[{index}]": item for index, item in enumerate(files.items())}
    answer = product.http("POST", f"/api/tasks/{task}/data/", fields={"image_quality": "70", "chunk_size": "2" if kind != "video" else "36", **fields})
    assert answer.status == 202, answer.data
    seen: set[tuple] = set()
    while request_of(product, task)["status"] not in ("finished", "failed"):
        state = eventually("it moves or ends", lambda: news(product, task, seen))
        seen.add(state)
        product.kill()
        product.start()

    request = request_of(product, task)
    assert request["status"] == "finished", request["message"]
    assert len(seen) >= 3
    with product.client() as client:
        made = client.tasks.retrieve(task)
        assert (made.size, len(made.get_jobs())) == ({"pictures": 12, "video": 700, "archive": 8}[kind], 1)
        for frame in (0, made.size - 1):
            assert made.get_frame(frame, quality="original").read()
    product.http("DELETE", f"/api/tasks/{task}")
    product.stop()
    assert left_over(scratch) == []


def packed(folder: Path) -> bytes:
    import tarfile

    with tarfile.open(folder / "pack.tar.gz", "w:gz") as archive:
        for index in range(8):
            archive.add(pictures.noise(folder / f"in{index}.jpg", 600, 400, index), f"in{index}.jpg")
    return (folder / "pack.tar.gz").read_bytes()


def news(product: Product, task: int, seen: set[tuple]) -> tuple | None:
    """A state of the request that was not seen yet."""
    request = request_of(product, task)
    state = (request["status"], request["message"], request["progress"])
    return state if state not in seen else None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 96 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_fails_what_does_not_fit_and_nothing_else(small_disk: Path, tmp_path: Path, frames: list[Path]):
    product = Product(small_disk / "data")
    product.log = tmp_path / "product.log"
    product.start()
    try:
        with product.client() as client:
            large, small = new_task(client, "large"), new_task(client, "small")
        location = tus_create(product, large, 200 * MIB, "large.zip")
        answers = [tus_piece(product, location, offset * 10 * MIB, os.urandom(10 * MIB)).status for offset in range(10)]
        refused = next(status for status in answers if status != 204)
        assert refused == 507, answers

        assert product.http("GET", "/api/tasks").json()["count"] == 2
        assert product.http("DELETE", f"/api/tasks/{large}").status == 204
        request = upload(product, small, {frame.name: frame.read_bytes() for frame in frames})
        assert request["status"] == "finished", request["message"]
    finally:
        with contextlib.suppress(Exception):
            product.kill()


def test_a_disk_that_fills_up_while_a_task_is_made(small_disk: Path, tmp_path: Path, frames: list[Path]):
    product = Product(small_disk / "data")
    product.log = tmp_path / "product.log"
    product.start()
    ballast = small_disk / "ballast"
    try:
        with product.client() as client:
            task = new_task(client)
        files = {f"{index:02}.png": pictures.noise(tmp_path / f"{index:02}.png", 1200, 900, index).read_bytes() for index in range(8)}
        fields = {f"client_files[{index}]": item for index, item in enumerate(files.items())}
        assert product.http("POST", f"/api/tasks/{task}/data/", headers={"Upload-Multiple": ""}, fields=fields).status == 200
        with open(ballast, "wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(MIB))
                file.flush()
        with open(ballast, "r+b") as file:  # the request finds room, not all of its chunks
            file.truncate(ballast.stat().st_size - 20 * MIB)

        request = finish(product, task)

        assert request["status"] == "failed" and "disk is full" in request["message"], request["message"]
        ballast.unlink()
        assert finish(product, task)["status"] == "finished", "the files are still there"
    finally:
        with contextlib.suppress(Exception):
            product.kill()


def test_a_child_process_that_is_killed_fails_or_is_repeated(scratch_product: tuple[Product, Path], tmp_path: Path):
    product, scratch = scratch_product
    with product.client() as client:
        task = new_task(client)
    source = clip(tmp_path / "long.mp4", 900, size="640x480")
    product.http("POST", f"/api/tasks/{task}/data/", fields={"image_quality": "70", "client_files[0]": ("long.mp4", source.read_bytes())})
    child = eventually("a decoder runs", lambda: decoders(product))
    for pid in child:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    request = product.finished(f"action=create&target=task&target_id={task}")

    assert request["status"] == "finished" or "long.mp4" in request["message"]
    product.http("DELETE", f"/api/tasks/{task}")
    product.stop()
    assert left_over(scratch) == []


def decoders(product: Product) -> list[int]:
    found = subprocess.run(["pgrep", "-g", str(os.getpgid(product.process.pid)), "ffmpeg"], capture_output=True, text=True).stdout.split()
    return [int(pid) for pid in found]

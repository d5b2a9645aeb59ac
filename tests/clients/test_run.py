"""`./run` itself: one clear line when it can't, a clean end, and a second start that goes on."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from pathlib import Path

import pytest

import pictures
from media_files import clip
from product import ROOT, Product, eventually, free_port


def refused(*arguments: object) -> str:
    done = subprocess.run([str(part) for part in (ROOT / "run", *arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_port_in_use_is_one_clear_line(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} " in refused("--port", port, "--data", tmp_path)


def test_folder_that_can_not_be_made_is_one_clear_line(tmp_path: Path):
    (tmp_path / "file").write_text("")

    assert "data folder" in refused("--data", tmp_path / "file" / "data")


@pytest.mark.parametrize("arguments", [("--port", "zero"), ("--port", "70000"), ("--speed", "9"), ("--port",)])
def test_wrong_argument_is_one_clear_line(arguments: tuple[str, ...]):
    assert refused(*arguments).startswith("run: ")


def test_terminated_it_ends_cleanly_and_goes_on_with_its_data(own_product: Product):
    task = own_product.http("POST", "/api/tasks", json={"name": "kept", "labels": [{"name": "a"}]}).json()["id"]

    assert own_product.stop() == 0
    own_product.start()

    assert own_product.http("GET", f"/api/tasks/{task}").json()["name"] == "kept"
    own_product.kill()


def test_second_start_on_data_in_use_is_refused(product: Product, tmp_path: Path):
    assert "used by another process" in refused("--port", free_port(), "--data", product.data)
    assert product.http("GET", "/api/server/about").status == 200


def test_random_administrator_password_is_printed_once(tmp_path: Path):
    product = Product(tmp_path / "data", CVATSERVERLESS_ADMIN_PASSWORD="").start()
    first = product.output()
    password = re.search(r"password:? +(\S+)", first)[1]
    assert product.http("GET", "/api/users/self", auth=("admin", password)).status == 200

    product.stop()
    product.start()

    eventually("it answers", lambda: product.http("GET", "/api/users/self", auth=("admin", password)).status == 200)
    assert product.output().count(password) == 1
    product.stop()


def test_web_app_is_served_from_the_root(product: Product):
    page = product.http("GET", "/", auth=None)

    assert page.status == 200 and "<div id=" in page.data.decode()
    assert product.http("GET", "/tasks/1/jobs/1", auth=None, headers={"Accept": "text/html"}).status == 200


def test_the_manifest_command_writes_what_a_task_takes(tmp_path: Path):
    folder = tmp_path / "set"
    (folder / "cats" / "related_images" / "b_png").mkdir(parents=True)
    for index, name in enumerate(("cats/b.png", "cats/a.jpg", "cats/related_images/b_png/side.jpg")):
        pictures.noise(folder / name, 40 + index, 30, index)
    (folder / "notes.txt").write_text("not a picture")

    done = subprocess.run([ROOT / "run", "manifest", folder], capture_output=True, text=True, check=True)

    assert "2 frames" in done.stdout
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    assert lines[:2] == [{"version": "1.1"}, {"type": "images"}]
    assert lines[2:] == [
        {"name": "cats/a", "extension": ".jpg", "width": 41, "height": 30},
        {"name": "cats/b", "extension": ".png", "width": 40, "height": 30, "meta": {"related_images": ["cats/related_images/b_png/side.jpg"]}},
    ]
    (folder / "cats" / "broken.png").write_bytes(b"no picture")
    broken = subprocess.run([ROOT / "run", "manifest", folder], capture_output=True, text=True)
    assert broken.returncode == 1 and "cats/broken.png" in broken.stderr
    assert len((folder / "manifest.jsonl").read_text().splitlines()) == 4, "the one that was there stays"
    assert subprocess.run([ROOT / "run", "manifest"], capture_output=True).returncode == 2


def test_the_manifest_command_indexes_a_video(tmp_path: Path):
    source = clip(tmp_path / "short.mp4", 60)

    subprocess.run([ROOT / "run", "manifest", source, tmp_path / "video.jsonl"], capture_output=True, check=True)

    lines = [json.loads(line) for line in (tmp_path / "video.jsonl").read_text().splitlines()]
    assert lines[1:3] == [{"type": "video"}, {"properties": {"name": "short.mp4", "resolution": [96, 64], "length": 60}}]
    assert [line["number"] for line in lines[3:]] == [0, 25, 50]

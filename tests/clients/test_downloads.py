"""Tasks from URLs, made with the official command line against a server that breaks off, redirects, stalls and refuses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from cvat_sdk.core.client import Client

import pictures
from origin import Origin, broken, head, held, status
from media_files import clip
from product import Product, eventually
from sourcing import LABELS, frame, made, meta, names, refusal, start
from uploading import MIB, new_task, upload


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    settings = {"CVATSERVERLESS_OUTBOUND_ALLOW": "127.0.0.0/30", "CVATSERVERLESS_REMOTE_FILE_MIB": "8"}
    product = Product(tmp_path_factory.mktemp("downloads") / "data", **settings).start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def client(product: Product) -> Iterator[Client]:
    with product.client() as client:
        yield client


@pytest.fixture
def origin() -> Iterator[Origin]:
    origin = Origin()
    yield origin
    origin.close()


def test_cli_makes_a_task_of_urls(product: Product, client: Client, origin: Origin, frames: list[Path]):
    """contract-data.md §8.2, remote; §1.6."""
    for path in frames[:3]:
        origin.files[f"/some/{path.name}"] = path.read_bytes()
    origin.files["/other/a b.png"] = frames[3].read_bytes()
    urls = [f"{origin.url}/some/{path.name}?token=1" for path in frames[:3]]

    created = product.cli("task", "create", "remote", "remote", *urls, "--labels", LABELS, "--use_cache")

    task = int(created.stdout.split()[-1])
    assert names(product, task) == [path.name for path in frames[:3]]
    assert meta(product, task)["storage"] == "local"
    assert [frame(product, task, number).data for number in range(3)] == [path.read_bytes() for path in frames[:3]]


def test_redirects_are_followed_where_they_may_lead(product: Product, client: Client, origin: Origin, frames: list[Path]):
    other = Origin("127.0.0.2")
    other.files["/there/0.png"] = frames[0].read_bytes()
    origin.ways["/here/0.png"] = status(302, Location=f"{other.url}/there/0.png")
    assert names(product, made(product, client, remote_files=[f"{origin.url}/here/0.png"])) == ["0.png"]

    refused = Origin("127.0.0.7")
    refused.files["/there/0.png"] = frames[0].read_bytes()
    origin.ways["/away/0.png"] = status(307, Location=f"{refused.url}/there/0.png")
    message = refusal(product, client, remote_files=[f"{origin.url}/away/0.png"])
    assert f"{origin.url}/away/0.png" in message and "not public" in message
    assert refused.requests == []
    for server in (other, refused):
        server.close()


@pytest.mark.parametrize("host", ["127.0.0.7", "[::1]", "2130706439", "0x7f.7", "localhost.localdomain.invalid", "[::ffff:127.0.0.7]"])
def test_addresses_inside_are_refused(product: Product, client: Client, host: str):
    message = refusal(product, client, remote_files=[f"http://{host}:9/x.png"])
    assert f"http://{host}:9/x.png" in message


def test_a_missing_file_is_named_with_its_status(product: Product, client: Client, origin: Origin, frames: list[Path]):
    origin.files["/0.png"] = frames[0].read_bytes()
    message = refusal(product, client, remote_files=[f"{origin.url}/0.png", f"{origin.url}/gone.png"])
    assert f"{origin.url}/gone.png" in message and "404" in message


@pytest.mark.parametrize(
    ("urls", "words"),
    [(["/a/x.png", "/b/x.png"], "same name 'x.png'"), (["/"], "does not end in the name"), (["/big.png"], "more than"), (["/empty.png"], "is empty")],
)
def test_urls_that_do_not_work(product: Product, client: Client, origin: Origin, urls: list[str], words: str):
    origin.files["/big.png"] = bytes(9 * MIB)
    origin.files["/empty.png"] = b""
    assert words in refusal(product, client, remote_files=[origin.url + url for url in urls])


def test_a_broken_download_is_continued(product: Product, client: Client, origin: Origin, tmp_path: Path):
    picture = pictures.noise(tmp_path / "large.png", 1000, 700, 3, compress_level=0).read_bytes()
    origin.files["/large.png"] = picture
    origin.ways["/large.png"] = broken(700_000)

    task = made(product, client, remote_files=[f"{origin.url}/large.png"])

    assert frame(product, task, 0).data == picture
    ranges = origin.ranges("/large.png")
    assert ranges[0] is None and len(ranges) > 2
    assert ranges[1:] == [f"bytes={700_000 * number}-" for number in range(1, len(ranges))]


def test_another_version_begins_anew(product: Product, client: Client, origin: Origin, tmp_path: Path):
    old = pictures.noise(tmp_path / "old.png", 600, 400, 1, compress_level=0).read_bytes()
    new = pictures.noise(tmp_path / "new.png", 600, 400, 2, compress_level=0).read_bytes()
    versions = [(old, '"old"'), (new, '"new"')]

    def send(handler, _):
        content, etag = versions.pop(0) if len(versions) > 1 else versions[0]
        broken(100_000, etag=etag)(handler, content) if etag == '"old"' else handler.wfile.write(head(handler, content, etag))

    origin.ways["/picture.png"] = send
    task = made(product, client, remote_files=[f"{origin.url}/picture.png"])
    assert frame(product, task, 0).data == new


def test_a_download_goes_on_after_a_kill(tmp_path: Path, origin: Origin):
    product = Product(tmp_path / "data", CVATSERVERLESS_OUTBOUND_ALLOW="127.0.0.0/8").start()
    picture = pictures.noise(tmp_path / "large.png", 2400, 1800, 3, compress_level=0).read_bytes()
    assert len(picture) > 12 * MIB
    origin.files["/large.png"] = picture
    going = threading.Event()
    origin.ways["/large.png"] = held(9 * MIB, going)
    try:
        with product.client() as client:
            task, rq_id = start(product, client, remote_files=[f"{origin.url}/large.png"])
        path = f"/api/requests/{quote(rq_id, safe='')}"
        eventually("pieces are stored", lambda: "(8.0 of" in product.http("GET", path).json()["message"])
        assert f"{origin.url}/large.png" in product.http("GET", path).json()["message"]

        product.kill()
        del origin.ways["/large.png"]
        going.set()
        product.start()

        assert product.finished(rq_id)["status"] == "finished"
        assert origin.ranges("/large.png") == [None, f"bytes={8 * MIB}-"]
        assert frame(product, task, 0).data == picture
    finally:
        product.kill()


def test_archives_and_videos_behind_urls(product: Product, client: Client, origin: Origin, frames: list[Path], tmp_path: Path):
    origin.files["/pack.zip"] = pictures.stored_zip(tmp_path / "pack.zip", frames).read_bytes()
    origin.files["/clip.mp4"] = clip(tmp_path / "clip.mp4", 30).read_bytes()
    assert names(product, made(product, client, remote_files=[f"{origin.url}/pack.zip"])) == [path.name for path in frames]
    task = made(product, client, remote_files=[f"{origin.url}/clip.mp4"])
    assert (meta(product, task)["size"], client.tasks.retrieve(task).mode) == (30, "interpolation")


def test_slow_downloads_hold_up_nobody_and_can_be_cancelled(product: Product, client: Client, origin: Origin, frames: list[Path]):
    going = threading.Event()
    slow = []
    for index in range(6):
        origin.files[f"/{index}/slow.png"] = frames[index].read_bytes()
        origin.ways[f"/{index}/slow.png"] = held(100, going)
        slow.append(start(product, client, remote_files=[f"{origin.url}/{index}/slow.png"])[1])
    try:
        paths = [f"/api/requests/{quote(rq_id, safe='')}" for rq_id in slow]
        eventually("one is under way", lambda: any("slow.png" in product.http("GET", path).json()["message"] for path in paths))

        task = new_task(client)
        assert upload(product, task, {path.name: path.read_bytes() for path in frames})["status"] == "finished"

        assert [product.http("POST", f"{path}/cancel").status for path in paths] == [200] * 6
        after = made(product, client, remote_files=[origin_file(origin, frames[7])])
        assert frame(product, after, 0).status == 200
    finally:
        going.set()


def origin_file(origin: Origin, path: Path) -> str:
    origin.files[f"/plain/{path.name}"] = path.read_bytes()
    return f"{origin.url}/plain/{path.name}"

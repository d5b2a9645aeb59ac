"""Tasks of pictures in users' buckets, made with the official command line: with and without manifest, copied or read where they are, and what happens when they change."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from PIL import Image

import pictures
from buckets import AZURITE, S3, Azure, Bucket, Google
from media_files import clip
from product import Product
from sourcing import LABELS, frame, made, meta, names, refusal
from uploading import new_task

SIZES = [(64, 48), (80, 60), (48, 64), (100, 30)]


@pytest.fixture(scope="module")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Bucket]]:
    """On each: four pictures in folders, a manifest of three of them, an archive, a video and other files."""
    servers: dict[str, Bucket] = {"S3": S3(), "Google": Google()}
    if AZURITE.exists():
        servers["Azure"] = Azure()
    folder = tmp_path_factory.mktemp("cloud")
    paths = [pictures.noise(folder / f"{index}.png", *size, index) for index, size in enumerate(SIZES)]
    rows = [{"name": f"sub/{index}", "extension": ".png", "width": SIZES[index][0], "height": SIZES[index][1]} for index in (2, 0, 1)]
    rows[1]["meta"] = {"related_images": ["extra/top.png"]}
    for bucket in servers.values():
        for index, path in enumerate(paths):
            bucket.put(f"set/sub/{index}.png" if index < 3 else "set/deep/er/3 ü+&.png", path.read_bytes())
        bucket.put("set/extra/top.png", paths[3].read_bytes())
        bucket.put("set/manifest.jsonl", manifest(*rows))
        bucket.put("set/notes.txt", b"no picture")
        bucket.put("other/pack.zip", pictures.stored_zip(folder / "pack.zip", paths).read_bytes())
        bucket.put("other/clip.mp4", clip(folder / "clip.mp4", 40).read_bytes())
        bucket.put("other/bare.jsonl", manifest({"name": "sub/0", "extension": ".png"}))
        bucket.put("set/twice.jsonl", manifest(rows[0], rows[0]))
        bucket.put("set/lost.jsonl", manifest(rows[0], {"name": "sub/lost", "extension": ".png", "width": 1, "height": 1}))
    yield servers
    for bucket in servers.values():
        bucket.stop()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, buckets: dict[str, Bucket]) -> Iterator[Product]:
    azure = buckets.get("Azure")
    settings = {
        "CVATSERVERLESS_OUTBOUND_ALLOW": "127.0.0.0/8",
        "CVATSERVERLESS_REGISTRATION": "open",
        "STORAGE_EMULATOR_HOST": buckets["Google"].url,
        "CVATSERVERLESS_AZURE_BLOB_ENDPOINT": f"{azure.url}/{{account}}" if azure else "",
    }
    product = Product(tmp_path_factory.mktemp("cloud-tasks") / "data", **settings).start()
    yield product
    product.stop()


@pytest.fixture(scope="module")
def client(product: Product) -> Iterator[Client]:
    with product.client() as client:
        yield client


@pytest.fixture(params=["S3", "Google", "Azure"])
def bucket(request: pytest.FixtureRequest, buckets: dict[str, Bucket]) -> Bucket:
    if request.param not in buckets:
        pytest.skip("Azurite is not in tests/Compliance/node_modules")
    return buckets[request.param]


@pytest.fixture
def s3(buckets: dict[str, Bucket]) -> Bucket:
    return buckets["S3"]


def manifest(*rows: dict) -> bytes:
    return "\n".join(json.dumps(row) for row in ({"version": "1.1"}, {"type": "images"}, *rows)).encode() + b"\n"


def register(client: Client, bucket: Bucket, **fields) -> int:
    return client.api_client.cloudstorages_api.create(models.CloudStorageWriteRequest(**bucket.registration(**fields)))[0].id


def sizes(product: Product, task: int) -> list[tuple[int, int]]:
    return [(item["width"], item["height"]) for item in meta(product, task)["frames"]]


def entries(product: Product, path: str) -> list[tuple[str, bytes]]:
    answer = product.http("GET", path)
    assert answer.status == 200, answer.data
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_cli_makes_a_task_of_a_manifest_without_copying(product: Product, client: Client, bucket: Bucket):
    """contract-data.md §5.5 and §8.2, cloud; §2.7."""
    storage = register(client, bucket)
    arguments = ("--labels", LABELS, "--cloud_storage_id", storage, "--use_cache", "--chunk_size", 2, "--segment_size", 2, "--overlap", 0)

    created = product.cli("task", "create", "cloud", "share", "set/manifest.jsonl", *arguments)

    task = int(created.stdout.split()[-1])
    told = meta(product, task)
    assert (told["storage"], told["cloud_storage_id"], told["size"]) == ("cloud_storage", storage, 3)
    assert product.http("GET", f"/api/tasks/{task}").json()["data_cloud_storage_id"] == storage
    assert names(product, task) == ["set/sub/0.png", "set/sub/1.png", "set/sub/2.png"]
    assert sizes(product, task) == SIZES[:3]
    assert [item["related_files"] for item in told["frames"]] == [1, 0, 0]
    originals = [bucket.get(name) for name in names(product, task)]
    assert [frame(product, task, number).data for number in range(3)] == originals
    assert [Image.open(io.BytesIO(frame(product, task, number, "compressed").data)).size for number in range(3)] == SIZES[:3]
    assert not list((product.data / "blobs").rglob("*.zip"))

    assert entries(product, f"/api/tasks/{task}/data/?type=chunk&number=0&quality=original") == [("000000.png", originals[0]), ("000001.png", originals[1])]
    job = next(job for job in client.tasks.retrieve(task).get_jobs() if job.start_frame == 2)
    assert entries(product, f"/api/jobs/{job.id}/data?type=chunk&index=0&quality=original") == [("000000.png", originals[2])]
    assert [name for name, _ in entries(product, f"/api/tasks/{task}/data/?type=chunk&number=1&quality=compressed")] == ["000000.jpeg"]
    assert [name for name, _ in entries(product, f"/api/tasks/{task}/data/?type=context_image&number=0")] == ["..jpg"]
    assert product.http("GET", f"/api/tasks/{task}/preview").headers["Content-Type"] == "image/jpeg"


def test_cli_makes_a_task_of_files_with_copies(product: Product, client: Client, bucket: Bucket):
    storage = register(client, bucket)
    arguments = ("--labels", LABELS, "--cloud_storage_id", storage, "--start_frame", 1, "--stop_frame", 2)

    created = product.cli("task", "create", "copied", "share", "set/sub/2.png", "set/sub/0.png", "set/deep/", *arguments)

    task = int(created.stdout.split()[-1])
    told = meta(product, task)
    assert (told["storage"], told["cloud_storage_id"], told["start_frame"], told["stop_frame"]) == ("local", storage, 1, 2)
    assert names(product, task) == ["set/sub/0.png", "set/sub/2.png"]
    assert sizes(product, task) == [SIZES[0], SIZES[2]]
    client.api_client.cloudstorages_api.destroy(storage)
    assert frame(product, task, 1).data == bucket.get("set/sub/2.png")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"server_files": ["set/"]}, ["set/deep/er/3 ü+&.png", "set/extra/top.png", "set/sub/0.png", "set/sub/1.png", "set/sub/2.png"]),
        ({"server_files": ["set/"], "server_files_exclude": ["set/extra/", "set/sub/1.png"]}, ["set/deep/er/3 ü+&.png", "set/sub/0.png", "set/sub/2.png"]),
        ({"server_files": ["set/deep/er/3 ü+&.png"]}, ["set/deep/er/3 ü+&.png"]),
        ({"filename_pattern": "set/*/?.png"}, ["set/sub/0.png", "set/sub/1.png", "set/sub/2.png"]),
        ({"filename_pattern": "*[13]*.png"}, ["set/deep/er/3 ü+&.png", "set/sub/1.png"]),
        ({"server_files": ["set/manifest.jsonl"], "filename_pattern": "*/[01].png"}, ["set/sub/0.png", "set/sub/1.png"]),
        ({"server_files": ["set/manifest.jsonl"], "filename_pattern": "*"}, ["set/sub/0.png", "set/sub/1.png", "set/sub/2.png"]),
        ({"server_files": ["set/manifest.jsonl"], "sorting_method": "predefined"}, ["set/sub/2.png", "set/sub/0.png", "set/sub/1.png"]),
        ({"server_files": ["set/manifest.jsonl", "set/sub/1.png"]}, ["set/sub/1.png"]),
        ({"server_files": ["set/manifest.jsonl", "set/sub/"], "server_files_exclude": ["set/sub/1.png"]}, ["set/sub/0.png", "set/sub/2.png"]),
        ({"server_files": ["set/sub/2.png", "set/sub/0.png"], "sorting_method": "predefined"}, ["set/sub/2.png", "set/sub/0.png"]),
        ({"server_files": ["set/manifest.jsonl"], "start_frame": 1, "frame_filter": "step=1"}, ["set/sub/1.png", "set/sub/2.png"]),
        ({"server_files": ["set/manifest.jsonl"], "job_file_mapping": [["set/sub/2.png"], ["set/sub/0.png"]]}, ["set/sub/2.png", "set/sub/0.png"]),
        ({"server_files": ["other/pack.zip"]}, ["0.png", "1.png", "2.png", "3.png"]),
    ],
)
@pytest.mark.parametrize("use_cache", [True, False])
def test_what_is_taken(product: Product, client: Client, s3: Bucket, data: dict, expected: list[str], use_cache: bool):
    """contract-data.md §5.5, inputs and results; traps 23 and 32."""
    task = made(product, client, cloud_storage_id=register(client, s3), use_cache=use_cache, **data)

    assert names(product, task) == expected
    assert meta(product, task)["storage"] == ("cloud_storage" if use_cache and "pack.zip" not in str(data) else "local")
    if "pack.zip" not in str(data):
        assert [frame(product, task, number).data for number in range(len(expected))] == [s3.get(name) for name in expected]


def test_only_what_is_below_the_prefix_of_the_storage(product: Product, client: Client, s3: Bucket):
    storage = register(client, s3, prefix="set/sub/")
    named = register(client, s3, prefix="set/sub/", manifests=["set/manifest.jsonl"])
    for place, data in (
        (storage, {"server_files": ["set/"]}),
        (storage, {"filename_pattern": "*"}),
        (storage, {"server_files": ["/"]}),
        (named, {"server_files": ["set/manifest.jsonl"]}),
    ):
        assert names(product, made(product, client, cloud_storage_id=place, **data)) == ["set/sub/0.png", "set/sub/1.png", "set/sub/2.png"]
    assert refusal(product, client, cloud_storage_id=storage, server_files=["set/extra/top.png"]) == "No media data found"
    assert "outside the prefix" in refusal(product, client, cloud_storage_id=storage, server_files=["set/manifest.jsonl"])


def test_context_images_of_a_manifest_stay_in_the_bucket(product: Product, client: Client, s3: Bucket):
    for related, words in (("../../other/x.png", "related image"), ("%2e%2e/x.png", "may not be opened")):
        row = {"name": "sub/0", "extension": ".png", "width": SIZES[0][0], "height": SIZES[0][1], "meta": {"related_images": [related]}}
        s3.put("set/climbing.jsonl", manifest(row))
        assert words in refusal(product, client, cloud_storage_id=register(client, s3), server_files=["set/climbing.jsonl"])


def test_videos_are_copied_from_every_bucket(product: Product, client: Client, bucket: Bucket):
    task = made(product, client, cloud_storage_id=register(client, bucket), server_files=["other/clip.mp4"], use_cache=True)
    assert (meta(product, task)["storage"], meta(product, task)["size"]) == ("local", 40)
    assert names(product, task) == ["other/clip.mp4"]
    assert frame(product, task, 39).status == 200


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["set/nothing.png"], "There is no file 'set/nothing.png' in the cloud storage"),
        (["set/nothing.jsonl"], "There is no file 'set/nothing.jsonl'"),
        (["set/notes.txt"], "No media data found"),
        (["nowhere/"], "No media data found"),
        (["set/manifest.jsonl", "other/pack.zip/"], "no intersection"),
        (["set/manifest.jsonl", "set/sub/0.png", "set/deep/er/3 ü+&.png"], "does not have 'set/deep/er/3 ü+&.png'"),
        (["other/bare.jsonl"], "gives no width and height of 'sub/0.png'"),
        (["set/twice.jsonl"], "twice"),
        (["set/lost.jsonl"], "There is no file 'set/sub/lost.png'"),
        (["set/manifest.jsonl", "set/lost.jsonl"], "Only one manifest"),
        (["other/clip.mp4", "set/sub/0.png"], "Only one video"),
    ],
)
def test_what_a_bucket_does_not_give(product: Product, client: Client, s3: Bucket, files: list[str], words: str):
    """contract-data.md §5.5, no match, and §1.7, background failures of buckets."""
    message = refusal(product, client, cloud_storage_id=register(client, s3), server_files=files)
    assert words in message
    assert s3.SECRET not in message


def test_random_order_and_manifest_do_not_go_together(product: Product, client: Client, s3: Bucket):
    message = refusal(product, client, cloud_storage_id=register(client, s3), server_files=["set/manifest.jsonl"], sorting_method="random")
    assert "random" in message
    made(product, client, cloud_storage_id=register(client, s3), server_files=["set/sub/"], sorting_method="random", use_cache=True)


def test_a_picture_that_is_replaced_or_removed_is_told(product: Product, client: Client, bucket: Bucket, tmp_path: Path):
    """contract-data.md §3.1, errors: a file that has vanished from the bucket."""
    bucket.put("moving/a.png", pictures.noise(tmp_path / "a.png", 64, 48, 1).read_bytes())
    storage = register(client, bucket)
    task = made(product, client, cloud_storage_id=storage, server_files=["moving/a.png"], use_cache=True)
    assert frame(product, task, 0).status == 200

    bucket.put("moving/a.png", pictures.noise(tmp_path / "b.png", 64, 48, 2).read_bytes())
    for path in ("type=frame&number=0&quality=original", "type=frame&number=0&quality=compressed", "type=chunk&number=0&quality=original"):
        if bucket.knows_versions:
            answer = product.http("GET", f"/api/tasks/{task}/data/?{path}")
            assert (answer.status, "moving/a.png" in answer.json()) == (409, True)

    again = made(product, client, cloud_storage_id=storage, server_files=["moving/a.png"], use_cache=True)
    bucket.delete("moving/a.png")
    for path in ("type=frame&number=0&quality=original", "type=chunk&number=0&quality=compressed"):
        answer = product.http("GET", f"/api/tasks/{again}/data/?{path}")
        assert (answer.status, "moving/a.png" in answer.json()) == (404, True)


def test_a_storage_that_is_removed_can_be_replaced(product: Product, client: Client, s3: Bucket):
    """contract-data.md §3.1, errors: a storage that is deleted; §3.6, cloud_storage_id."""
    storage = register(client, s3)
    task = made(product, client, cloud_storage_id=storage, server_files=["set/sub/"], use_cache=True)
    chunk = f"/api/tasks/{task}/data/?type=chunk&number=0&quality=original"
    before = entries(product, chunk)
    client.api_client.cloudstorages_api.destroy(storage)
    for path in (chunk, f"/api/tasks/{task}/data/?type=frame&number=0"):
        answer = product.http("GET", path)
        assert (answer.status, "deleted" in answer.json()) == (409, True)

    link = f"/api/tasks/{task}/data/meta"
    assert list(product.http("PATCH", link, json={"cloud_storage_id": storage}).json()) == ["cloud_storage_id"]
    assert product.http("PATCH", link, json={"cloud_storage_id": None}).status == 400
    other = register(client, s3, display_name="another")
    changed = product.http("PATCH", link, json={"cloud_storage_id": other, "deleted_frames": [1]})
    assert changed.status == 200, changed.data
    assert (changed.json()["cloud_storage_id"], changed.json()["deleted_frames"]) == (other, [1])
    assert entries(product, chunk) == before

    copied = made(product, client, server_files=["set/sub/0.png"], cloud_storage_id=other)
    assert product.http("PATCH", f"/api/tasks/{copied}/data/meta", json={"cloud_storage_id": other}).status == 400


def test_storages_of_others_are_not_used(product: Product, client: Client, s3: Bucket):
    """contract-data.md §1.1, permission."""
    stranger = ("stranger", "correct-horse-battery")
    registration = {"username": stranger[0], "email": "s@example.org", "password1": stranger[1], "password2": stranger[1]}
    assert product.http("POST", "/api/auth/register", json=registration).status == 201
    foreign = register(client, s3)
    with product.client(stranger) as other:
        own = register(other, s3)
        other.organizations.create({"slug": "cloudless"})
        personal = new_task(other)
        other.organization_slug = "cloudless"
        shared = new_task(other)
    for task, storage, expected in ((personal, foreign, 403), (personal, 99999, 404), (shared, own, 403), (personal, own, 202)):
        body = {"image_quality": 70, "server_files": ["set/sub/0.png"], "cloud_storage_id": storage}
        assert product.http("POST", f"/api/tasks/{task}/data/", json=body, auth=stranger).status == expected

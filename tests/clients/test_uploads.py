"""The ways in which data comes: one shot, bulk, archives, and uploads that break off and are taken up again."""

from __future__ import annotations

import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
import urllib3
from cvat_sdk.core.client import Client
from PIL import Image

import pictures
from product import Product, eventually
from uploading import MIB, PIECE, break_off, finish, new_task, tus_create, tus_headers, tus_offset, tus_piece

@pytest.fixture(scope="session")
def big_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Over 100 MiB: four pictures of noise that don't compress, and so an upload in pieces."""
    folder = tmp_path_factory.mktemp("big")
    files = [pictures.noise(folder / f"{index}.png", 3200, 3000, index, compress_level=0) for index in range(4)]
    path = pictures.stored_zip(folder / "big.zip", files)
    assert path.stat().st_size > 100 * MIB
    return path


def test_tus_upload_broken_off_in_the_middle_goes_on_where_it_was(product: Product, client: Client, big_zip: Path):
    task, size = new_task(client), big_zip.stat().st_size
    location = tus_create(product, task, size, "big.zip")
    with open(big_zip, "rb") as source:
        for offset in range(0, 3 * PIECE, PIECE):
            assert tus_piece(product, location, offset, source.read(PIECE)).status == 204
        break_off(location, 3 * PIECE, PIECE, source.read(PIECE // 2))

        offset = tus_offset(product, location)
        assert 3 * PIECE <= offset <= 3 * PIECE + PIECE // 2
        while offset < size:
            source.seek(offset)
            answer = tus_piece(product, location, offset, source.read(PIECE))
            # The piece that broke off may be stored a moment after the HEAD; the answer then says where to go on.
            assert answer.status in (204, 409)
            offset = int(answer.headers["Upload-Offset"])
    request = finish(product, task)

    assert request["status"] == "finished", request["message"]
    assert [frame.name for frame in client.tasks.retrieve(task).get_frames_info()] == ["0.png", "1.png", "2.png", "3.png"]


def test_sdk_upload_survives_a_connection_lost_on_the_way(client: Client, big_zip: Path, monkeypatch: pytest.MonkeyPatch):
    """contract-data.md §8.1, row 5."""
    rest, calls = client.api_client.rest_client, []
    patch = rest.PATCH

    def lossy(url: str, **options):
        calls.append(url)
        if len(calls) == 3:
            break_off(url, int(options["headers"]["Upload-Offset"]), len(options["body"]), options["body"][:MIB])
            raise urllib3.exceptions.ProtocolError("connection lost")
        return patch(url, **options)

    monkeypatch.setattr(rest, "PATCH", lossy)
    task = client.tasks.create_from_data({"name": "lossy", "labels": [{"name": "a"}]}, [big_zip])

    assert task.size == 4 and len(calls) > 10
    task.remove()


def test_tus_offset_that_does_not_match_is_409_with_the_true_one(product: Product, client: Client):
    """contract-data.md §1.3, outcomes of a chunk; trap 6."""
    location = tus_create(product, new_task(client), 100, "a.jpg")
    assert tus_piece(product, location, 0, b"x" * 10).headers["Upload-Offset"] == "10"

    for wrong in (0, 5, 50):
        answer = tus_piece(product, location, wrong, b"y" * 10)
        assert (answer.status, answer.headers["Upload-Offset"]) == (409, "10")
    assert tus_offset(product, location) == 10


def test_tus_piece_past_the_end_is_413_and_an_unknown_upload_404(product: Product, client: Client):
    """contract-data.md §1.3, outcomes of a chunk."""
    location = tus_create(product, new_task(client), 10, "a.jpg")

    assert tus_piece(product, location, 0, b"x" * 11).status == 413
    assert tus_piece(product, location[:-4] + "0000", 0, b"x").status == 404


@pytest.mark.parametrize("name", ["", "..", "a\x01b.jpg", "x" * 1100 + ".jpg"])
def test_tus_name_that_can_not_be_made_safe_is_400(product: Product, client: Client, name: str):
    """contract-data.md §1.3, outcomes of the creation, decision 4."""
    answer = product.http("POST", f"/api/tasks/{new_task(client)}/data/", headers=tus_headers(10, name))

    assert answer.status == 400


def test_one_shot_multipart_with_files_makes_the_task(product: Product, client: Client, frames: list[Path]):
    """contract-data.md §1.1, dispatch without a header; trap 4."""
    task = new_task(client)
    fields = {"image_quality": "70", **{f"client_files[{i}]": (f"C:\\pictures\\{f.name}", f.read_bytes()) for i, f in enumerate(frames)}}

    answer = product.http("POST", f"/api/tasks/{task}/data/", fields=fields)

    assert answer.status == 202
    assert product.finished(answer.json()["rq_id"])["status"] == "finished"
    assert [frame.name for frame in client.tasks.retrieve(task).get_frames_info()] == [frame.name for frame in frames]


def test_second_data_upload_is_400(product: Product, make_task):
    answer = product.http("POST", f"/api/tasks/{make_task().id}/data/", headers={"Upload-Start": ""})

    assert answer.status == 400 and "Adding more data is not supported" in answer.data.decode()


def test_zip_of_folders_keeps_the_paths_as_frame_names(make_task, frames: list[Path], tmp_path: Path):
    """contract-data.md §1.7, zip."""
    with zipfile.ZipFile(tmp_path / "tree.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for index, frame in enumerate(frames[:4]):
            archive.write(frame, f"dir {index % 2}/ünïcode_{index}.png")
        archive.writestr("__MACOSX/dir 0/._0.png", b"junk")
        archive.writestr("notes.txt", "not a picture")

    task = make_task(resources=[tmp_path / "tree.zip"])

    expected = ["dir 0/ünïcode_0.png", "dir 0/ünïcode_2.png", "dir 1/ünïcode_1.png", "dir 1/ünïcode_3.png"]
    assert [frame.name for frame in task.get_frames_info()] == expected


def test_progress_moves_while_a_task_is_made(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.8, progress."""
    task = new_task(client)
    Image.new("RGB", (6000, 4000), "teal").save(tmp_path / "large.jpg")
    content = (tmp_path / "large.jpg").read_bytes()
    # Quick to send and slow to make: nobody can be done with it between two looks.
    fields = {f"client_files[{i}]": (f"{i}.jpg", content) for i in range(24)}
    answer = product.http("POST", f"/api/tasks/{task}/data/", fields={"image_quality": "70", "chunk_size": "2", **fields})
    path, seen = f"/api/requests/{quote(answer.json()['rq_id'], safe='')}", []

    def probe() -> bool:
        request = product.http("GET", path).json()
        seen.append((request["status"], request["progress"] or 0))
        return request["status"] in ("finished", "failed")

    eventually("the task is made", probe, 120)
    assert seen[-1][0] == "finished"
    progress = [value for status, value in seen if status == "started"]
    assert progress == sorted(progress)
    assert len(set(progress)) >= 3


def test_a_running_creation_is_cancelled_and_leaves_nothing(product: Product, client: Client, tmp_path: Path):
    task = new_task(client)
    Image.new("RGB", (6000, 4000), "olive").save(tmp_path / "large.jpg")
    fields = {f"client_files[{i}]": (f"{i}.jpg", (tmp_path / "large.jpg").read_bytes()) for i in range(40)}
    path = f"/api/tasks/{task}/data/"
    rq_id = product.http("POST", path, fields={"image_quality": "70", "chunk_size": "2", **fields}).json()["rq_id"]
    request = f"/api/requests/{quote(rq_id, safe='')}"
    eventually("it runs", lambda: product.http("GET", request).json()["status"] == "started")

    assert product.http("POST", f"{request}/cancel").status == 200

    assert product.http("GET", request).status == 404
    assert "size" not in product.http("GET", f"/api/tasks/{task}").json()
    again = product.http("POST", path, fields={"image_quality": "70", "client_files[0]": fields["client_files[0]"]})
    assert again.status == 202, again.data
    assert product.finished(again.json()["rq_id"])["status"] == "finished"
    assert product.http("GET", f"/api/tasks/{task}").json()["size"] == 1

"""The tables of contract-data.md §3: what the data calls of tasks and jobs answer, their headers and errors, meta and previews."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from cvat_sdk.core.client import Client
from PIL import Image

import pictures
from media_files import clip, pcd
from product import Product
from test_data_contract_media import picture
from uploading import made_of, new_task
from validating import jobs_of, send

ALL = "?type={}&number={}&quality={}"


def get(product: Product, path: str, **headers: str):
    return product.http("GET", f"/api/{path}", headers=headers)


def entries(content: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.infolist()


@pytest.fixture(scope="module")
def pictured(product: Product, client: Client, frames: list[Path]) -> dict:
    """A task of eight pictures in two jobs, chunks of three frames."""
    task = client.tasks.create_from_data({"name": "p", "labels": [{"name": "a"}], "segment_size": 5, "overlap": 1}, frames, data_params={"chunk_size": 3})
    return {"id": task.id, "jobs": sorted(job.id for job in task.get_jobs())}


@pytest.fixture(scope="module")
def filmed(product: Product, client: Client, tmp_path_factory: pytest.TempPathFactory) -> dict:
    path = clip(tmp_path_factory.mktemp("film") / "a.mp4", 4, size="1920x1080")
    return made_of(product, client, {"a.mp4": path.read_bytes()})


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("", list),
        ("?number=0", list),
        ("?type=sound&number=0", list),
        ("?type=frame", list),
        ("?type=chunk&quality=compressed", list),
        ("?type=frame&number=0&quality=best", list),
        ("?type=frame&number=one", list),
        ("?type=chunk&number=1.5", list),
        ("?type=frame&number=8", str),
        ("?type=frame&number=-1", str),
        ("?type=chunk&number=3", str),
        ("?type=context_image&number=8", str),
    ],
)
def test_bad_questions_about_a_task(product: Product, pictured: dict, query: str, kind: type):
    """contract-data.md §3.1, errors of tasks: a list for the parameters, a string for what is out of range."""
    answer = get(product, f"tasks/{pictured['id']}/data/{query}")

    assert (answer.status, type(answer.json())) == (400, kind), answer.data
    assert "number=3" not in query or "[0, 2]" in answer.json()


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("?type=chunk", list, ""),
        ("?type=chunk&number=0&index=0", list, ""),
        ("?type=frame&number=6", str, "doesn't belong to the job"),
        ("?type=chunk&number=2", list, "[0, 1]"),
        ("?type=chunk&index=2", list, "[0, 1]"),
        ("?type=chunk&index=x", list, ""),
    ],
)
def test_bad_questions_about_a_job(product: Product, pictured: dict, query: str, kind: type, words: str):
    """contract-data.md §3.1, errors of jobs."""
    answer = get(product, f"jobs/{pictured['jobs'][0]}/data{query}")

    assert (answer.status, type(answer.json())) == (400, kind), answer.data
    assert words in str(answer.json())


@pytest.mark.parametrize("path", ["tasks/{}/data/", "tasks/{}/data", "jobs/{}/data", "jobs/{}/data/"])
def test_headers_of_chunks(product: Product, pictured: dict, path: str):
    """contract-data.md §3.1, headers; decision 9; trap 30: no Content-Disposition, no compression, either path."""
    path = path.format(pictured["id"] if "tasks" in path else pictured["jobs"][0])
    answer = get(product, f"{path}?type=chunk&number=0")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    assert answer.headers["X-Checksum"] == get(product, f"{path}?type=chunk&number=0").headers["X-Checksum"]
    assert answer.headers["X-Updated-Date"].endswith("Z") and answer.headers["Accept-Ranges"] == "bytes"
    assert int(answer.headers["X-Chunk-Size"]) == len(answer.data)
    assert "Content-Disposition" not in answer.headers and "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(("asked", "status"), [("bytes=2-5", 206), ("bytes=4-", 206), ("bytes=99999999-", 416), ("bytes=x-", 400), ("lines=1-2", 400)])
def test_ranges_of_chunks(product: Product, pictured: dict, asked: str, status: int):
    """contract-data.md §3.1, headers, ranges."""
    path = f"tasks/{pictured['id']}/data/?type=chunk&number=0"
    whole, part = get(product, path).data, get(product, path, Range=asked)

    assert part.status == status
    if status == 206:
        expected = whole[2:6] if asked.endswith("5") else whole[4:]
        assert (part.data, part.headers["Content-Range"]) == (expected, f"bytes {asked[6:] if asked.endswith('5') else f'4-{len(whole) - 1}'}/{len(whole)}")


@pytest.mark.parametrize(
    ("name", "quality", "expected"),
    [
        ("a.png", "original", "image/png"),
        ("a.jpg", "original", "image/jpeg"),
        ("a.tif", "original", "image/tiff"),
        ("a.png", "compressed", "image/jpeg"),
        ("a.tif", "compressed", "image/jpeg"),
    ],
)
def test_content_types_of_pictures(product: Product, client: Client, tmp_path: Path, name: str, quality: str, expected: str):
    """contract-data.md §3.1, content types of pictures; trap 17."""
    task = made_of(product, client, {name: pictures.noise(tmp_path / name, 20, 10, 1).read_bytes()})
    frame = get(product, f"tasks/{task['id']}/data/" + ALL.format("frame", 0, quality))

    assert (frame.status, frame.headers["Content-Type"]) == (200, expected)
    chunk = get(product, f"tasks/{task['id']}/data/" + ALL.format("chunk", 0, quality))
    [entry] = entries(chunk.data)
    assert (entry.filename, entry.compress_type) == ("000000.jpeg" if quality == "compressed" else f"000000{Path(name).suffix}", zipfile.ZIP_STORED)


@pytest.mark.parametrize("quality", ["original", "compressed"])
def test_content_types_of_others(product: Product, client: Client, filmed: dict, tmp_path: Path, quality: str):
    """contract-data.md §3.1 and §3.3, content types of videos and point clouds; traps 16 and 17: from 1080 lines on, the compressed one is halved."""
    frame = get(product, f"tasks/{filmed['id']}/data/" + ALL.format("frame", 1, quality))
    assert (frame.headers["Content-Type"], Image.open(io.BytesIO(frame.data)).size) == ("image/png", (1920, 1080) if quality == "original" else (960, 540))
    assert get(product, f"tasks/{filmed['id']}/data/" + ALL.format("chunk", 0, quality)).headers["Content-Type"] == "video/mp4"
    [shown] = get(product, f"tasks/{filmed['id']}/data/meta").json()["frames"]
    assert (shown["width"], shown["height"]) == (1920, 1080)

    cloud = made_of(product, client, {"a.pcd": pcd(tmp_path / "a.pcd", 5, 1).read_bytes()})
    answer = get(product, f"tasks/{cloud['id']}/data/" + ALL.format("frame", 0, quality))
    assert (answer.headers["Content-Type"], answer.data) == ("image/x.point-cloud-data", (tmp_path / "a.pcd").read_bytes())


def test_what_the_chunks_hold(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §3.2; traps 12, 14 and 15: names begin anew in every chunk, all but rotated pictures and TIFFs keep their bytes, deleted frames stay."""
    turned = Image.Exif()
    turned[0x0112] = 6
    files = {
        "a.PNG": pictures.noise(tmp_path / "a.png", 30, 20, 1),
        "b.jpg": pictures.noise(tmp_path / "b.jpg", 30, 20, 2),
        "c.jpg": pictures.noise(tmp_path / "c.jpg", 30, 20, 3, exif=turned),
        "d.tif": pictures.noise(tmp_path / "d.tif", 30, 20, 4),
    }
    task = made_of(product, client, {name: path.read_bytes() for name, path in files.items()}, chunk_size=2)
    send(product, "PATCH", f"/api/tasks/{task['id']}/data/meta", {"deleted_frames": [0, 3]})
    found = []
    for number in range(2):
        chunk = get(product, f"tasks/{task['id']}/data/" + ALL.format("chunk", number, "original")).data
        with zipfile.ZipFile(io.BytesIO(chunk)) as archive:
            found += [(name, archive.read(name)) for name in archive.namelist()]

    assert [name for name, _ in found] == ["000000.PNG", "000001.jpg", "000000.jpg", "000001.tif"]
    assert [content == path.read_bytes() for (_, content), path in zip(found, files.values())] == [True, True, False, False]
    upright, tiff = (Image.open(io.BytesIO(content)) for _, content in found[2:])
    assert (upright.format, upright.size, upright.getexif().get(0x0112, 1)) == ("JPEG", (20, 30), 1)
    assert (tiff.format, tiff.size) == ("TIFF", (30, 20))
    told = get(product, f"tasks/{task['id']}/data/meta").json()
    assert [(frame["width"], frame["height"]) for frame in told["frames"]] == [(30, 20), (30, 20), (20, 30), (30, 20)]
    assert [entry.filename for entry in entries(get(product, f"tasks/{task['id']}/data/?type=chunk&number=1").data)] == ["000000.jpeg", "000001.jpeg"]


def test_numbers_of_chunks(product: Product, pictured: dict, frames: list[Path]):
    """contract-data.md §3.4: by the task's number a job gives only its own frames, by index its n-th chunk."""
    first, second = pictured["jobs"]

    def chunk(path: str) -> list[int]:
        content = get(product, f"{path}&type=chunk&quality=original").data
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [frames.index(next(path for path in frames if path.read_bytes() == archive.read(name))) for name in archive.namelist()]

    assert [chunk(f"tasks/{pictured['id']}/data/?number={number}") for number in range(3)] == [[0, 1, 2], [3, 4, 5], [6, 7]]
    assert [chunk(f"jobs/{first}/data?number={number}") for number in (0, 1)] == [[0, 1, 2], [3, 4]]
    assert [chunk(f"jobs/{second}/data?number={number}") for number in (1, 2)] == [[4, 5], [6, 7]]
    assert [chunk(f"jobs/{second}/data?index={number}") for number in (0, 1)] == [[4, 5, 6], [7]]


def test_meta_of_task_and_job(product: Product, client: Client, frames: list[Path], filmed: dict):
    """contract-data.md §3.5, task and job; traps 10 and 13: source numbers, one frame entry for a video."""
    data = {"start_frame": 1, "frame_step": 2, "chunk_size": 2}
    task = client.tasks.create_from_data({"name": "m", "labels": [{"name": "a"}], "segment_size": 2}, frames, data_params=data)
    job = max(task.get_jobs(), key=lambda job: job.start_frame)
    truth = send(product, "POST", "/api/jobs", {"type": "ground_truth", "task_id": task.id, "frame_selection_method": "manual", "frames": [1, 3]}, 201)["id"]
    send(product, "PATCH", f"/api/tasks/{task.id}/data/meta", {"deleted_frames": [3, 0]})
    send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", {"disabled_frames": [1]})
    whole, part, chosen = (get(product, path).json() for path in (f"tasks/{task.id}/data/meta", f"jobs/{job.id}/data/meta", f"jobs/{truth}/data/meta"))

    assert {tuple(sorted(told)) for told in (whole, part, chosen)} == {tuple(sorted(whole))}
    assert [frame["name"] for frame in whole["frames"]] == ["1.png", "3.png", "5.png", "7.png"]
    assert [frame["name"] for frame in part["frames"]] == ["5.png", "7.png"]
    assert [frame["name"] for frame in chosen["frames"]] == ["placeholder.jpg", "3.png", "placeholder.jpg", "7.png"]
    assert all((frame["width"], frame["height"], frame["related_files"]) == (64, 48, 0) for frame in chosen["frames"])
    assert [told["size"] for told in (whole, part, chosen)] == [4, 2, 2]
    assert [(told["start_frame"], told["stop_frame"]) for told in (whole, part, chosen)] == [(1, 7), (5, 7), (1, 7)]
    assert [told["deleted_frames"] for told in (whole, part, chosen)] == [[0, 3], [3], [1, 3]]
    assert [told["included_frames"] for told in (whole, part, chosen)] == [None, None, [3, 7]]
    assert [(told["chapters"], told["storage"], told["cloud_storage_id"], told["frame_filter"]) for told in (whole, part)] == [(None, "local", None, "step=2")] * 2

    video = get(product, f"tasks/{filmed['id']}/data/meta").json()
    [of_job] = client.tasks.retrieve(filmed["id"]).get_jobs()
    assert len(video["frames"]) == 1 and get(product, f"jobs/{of_job.id}/data/meta").json() == {**video, "chapters": []}


@pytest.mark.parametrize("deleted", [[1, 1], [8], [-1], "1", [None], ["x"]])
def test_frames_that_can_not_be_deleted(product: Product, pictured: dict, deleted: object):
    """contract-data.md §3.6, what is refused."""
    for path in (f"tasks/{pictured['id']}", f"jobs/{pictured['jobs'][0]}"):
        errors = send(product, "PATCH", f"/api/{path}/data/meta", {"deleted_frames": deleted}, 400)
        assert set(errors) <= {"deleted_frames", "non_field_errors"}


def test_deleted_frames_are_replaced(product: Product, client: Client, make_task, frames: list[Path]):
    """contract-data.md §3.6; trap 11: the whole set for a task, the part inside for a job; the task's date moves."""
    task = make_task(segment_size=4)
    path, jobs = f"/api/tasks/{task.id}/data/meta", sorted(job.id for job in task.get_jobs())
    dates = [product.http("GET", f"/api/tasks/{task.id}").json()["updated_date"]]

    def patch(path: str, body: dict) -> list[int]:
        deleted = send(product, "PATCH", path, body)["deleted_frames"]
        dates.append(product.http("GET", f"/api/tasks/{task.id}").json()["updated_date"])
        return deleted

    assert patch(path, {"deleted_frames": [6, 1]}) == [1, 6]
    assert patch(path, {"deleted_frames": [2, 7]}) == [2, 7]
    assert patch(f"/api/jobs/{jobs[0]}/data/meta", {"deleted_frames": [0]}) == [0]
    assert dates == sorted(set(dates))
    assert product.http("GET", path).json()["deleted_frames"] == [0, 7]
    assert send(product, "PATCH", path, {})["deleted_frames"] == [0, 7]
    for body in ({}, {"deleted_frames": [5]}):
        send(product, "PATCH", f"/api/jobs/{jobs[0]}/data/meta", body, 400)
    assert product.http("GET", f"/api/tasks/{task.id}/data/?type=frame&number=0&quality=original").data == frames[0].read_bytes()


def test_chunks_of_ground_truth(product: Product, client: Client, make_task):
    """contract-data.md §3.4, specific frames; trap 29: placeholders by number, none by index."""
    task = make_task(data={"chunk_size": 4})
    job = send(product, "POST", "/api/jobs", {"type": "ground_truth", "task_id": task.id, "frame_selection_method": "manual", "frames": [1, 5, 6]}, 201)["id"]

    def sizes(query: str) -> list[tuple[int, int]]:
        with zipfile.ZipFile(io.BytesIO(get(product, f"jobs/{job}/data?type=chunk&{query}").data)) as archive:
            return [Image.open(io.BytesIO(archive.read(name))).size for name in archive.namelist()]

    assert sizes("number=0") == [(1, 1), (64, 48), (1, 1), (1, 1)]
    assert sizes("number=1&quality=original") == [(1, 1), (64, 48), (64, 48), (1, 1)]
    assert sizes("index=0") == [(64, 48)] * 3
    assert jobs_of(product, task, "ground_truth")[0]["data_compressed_chunk_type"] == "imageset"


@pytest.mark.parametrize(("size", "expected"), [((640, 480), (256, 192)), ((100, 400), (64, 256)), ((20, 10), (20, 10))])
def test_previews_of_pictures(product: Product, client: Client, size: tuple[int, int], expected: tuple[int, int]):
    """contract-data.md §3.7: task, job and project; fitted into 256 x 256."""
    project = client.projects.create({"name": "seen", "labels": [{"name": "a"}]}).id
    task = client.tasks.create({"name": "seen", "project_id": project}).id
    fields = {"image_quality": "70", "client_files[0]": ("a.png", picture(*size))}
    product.finished(product.http("POST", f"/api/tasks/{task}/data/", fields=fields).json()["rq_id"])
    [job] = client.tasks.retrieve(task).get_jobs()

    for path in (f"tasks/{task}", f"jobs/{job.id}", f"projects/{project}"):
        for headers in ({}, {"Prefer": "handling=empty"}):
            answer = get(product, f"{path}/preview", **headers)
            assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
            assert Image.open(io.BytesIO(answer.data)).size == expected


def test_previews_that_are_not_there(product: Product, client: Client):
    """contract-data.md §3.7: 404 in plain text, or 204 for who prefers it."""
    project = client.projects.create({"name": "empty", "labels": [{"name": "a"}]}).id
    for path in (f"tasks/{new_task(client)}", f"projects/{project}"):
        answer = get(product, f"{path}/preview")
        assert answer.status == 404 and answer.headers["Content-Type"].startswith("text/")
        preferred = get(product, f"{path}/preview", Prefer="handling=empty")
        assert (preferred.status, preferred.data) == (204, b"")
        assert (preferred.headers["Preference-Applied"], preferred.headers["Vary"]) == ("handling=empty", "Prefer")


def test_previews_of_point_clouds(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §3.7: this product draws point clouds, so their preview is there for everybody."""
    task = made_of(product, client, {"a.pcd": pcd(tmp_path / "a.pcd", 50, 1).read_bytes()})
    for headers in ({}, {"Prefer": "handling=empty"}):
        answer = get(product, f"tasks/{task['id']}/preview", **headers)
        assert (answer.status, Image.open(io.BytesIO(answer.data)).size) == (200, (256, 256))

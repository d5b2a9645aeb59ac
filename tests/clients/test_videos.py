"""Videos with the official client."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from cvat_sdk.core.client import Client
from cvat_sdk.datasets import MediaDownloadPolicy, TaskDataset
from PIL import Image

from media_files import LEVELS, REAL, clip, create, number_in
from product import Product, eventually
from uploading import new_task


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("video") / "clip.mp4", 100)


@pytest.fixture(scope="module")
def video_task(product: Product, client: Client, video: Path):
    return client.tasks.retrieve(create(product, [video], "--segment_size", 60, "--frame_step", 1))


def decoded(chunk: bytes, tmp_path: Path) -> list[int]:
    source = tmp_path / "chunk.mp4"
    source.write_bytes(chunk)
    folder = tmp_path / "decoded"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", source, "-vsync", "0", folder / "%06d.png"], check=True)
    return [number_in(path.read_bytes()) for path in sorted(folder.iterdir())]


def test_create_from_a_video_makes_an_interpolation_task(video_task):
    """contract-data.md 2.2, 2.3, 2.4, 3.5."""
    assert (video_task.size, video_task.mode, video_task.dimension, video_task.overlap, video_task.data_chunk_size) == (100, "interpolation", "2d", 5, 36)
    assert (video_task.data_compressed_chunk_type, video_task.data_original_chunk_type) == ("video", "video")
    assert sorted((job.start_frame, job.stop_frame) for job in video_task.get_jobs()) == [(0, 59), (55, 99)]
    meta = video_task.get_meta()
    assert [(frame.name, frame.width, frame.height) for frame in meta.frames] == [("clip.mp4", 96, 64)]
    assert (meta.start_frame, meta.stop_frame, meta.size, meta.chapters) == (0, 99, 100, [])


def test_frames_of_a_video_are_pngs_of_the_right_frame(product: Product, video_task, tmp_path: Path):
    """contract-data.md 3.1, 8.3."""
    product.cli("task", "frames", video_task.id, 0, 37, 99, "--outdir", tmp_path, "--quality", "original")
    saved = sorted(tmp_path.iterdir())
    assert [path.suffix for path in saved] == [".png"] * 3
    assert [number_in(path.read_bytes()) for path in saved] == [0, 37, 99 % LEVELS]
    for job in video_task.get_jobs():
        assert number_in(job.get_frame(57, quality="compressed").read()) == 57 % LEVELS
    with Image.open(video_task.get_preview()) as preview:
        assert (preview.format, preview.size) == ("JPEG", (96, 64))


def test_chunks_of_a_video_are_mp4_of_exactly_their_frames(product: Product, video_task, tmp_path: Path):
    """contract-data.md 3.3, 3.4: chunks of the task and, cut to its frames, of a job."""
    for quality in ("original", "compressed"):
        answer = product.http("GET", f"/api/tasks/{video_task.id}/data/?type=chunk&number=2&quality={quality}")
        assert (answer.status, answer.headers["Content-Type"], answer.headers["Accept-Ranges"]) == (200, "video/mp4", "bytes")
        assert decoded(answer.data, tmp_path) == [frame % LEVELS for frame in range(72, 100)]
    job = max(video_task.get_jobs(), key=lambda job: job.start_frame)
    answer = product.http("GET", f"/api/jobs/{job.id}/data?type=chunk&index=0&quality=compressed")
    assert decoded(answer.data, tmp_path) == [frame % LEVELS for frame in range(55, 91)]
    ranged = product.http("GET", f"/api/jobs/{job.id}/data?type=chunk&index=0&quality=compressed", headers={"Range": "bytes=4-7"})
    assert (ranged.status, ranged.data) == (206, b"ftyp")
    assert product.http("GET", f"/api/tasks/{video_task.id}/data/?type=chunk&number=3").status == 400


def test_start_stop_and_step_select_frames_of_a_video(product: Product, client: Client, video: Path, tmp_path: Path):
    """contract-data.md 2.1."""
    task = client.tasks.retrieve(create(product, [video], "--start_frame", 2, "--stop_frame", 61, "--frame_step", 7, "--chunk_size", 4))
    meta = task.get_meta()
    assert (task.size, meta.start_frame, meta.stop_frame, meta.frame_filter) == (9, 2, 58, "step=7")
    assert number_in(task.get_frame(8, quality="original").read()) == 58 % LEVELS
    chunk = product.http("GET", f"/api/tasks/{task.id}/data/?type=chunk&number=1&quality=original").data
    assert decoded(chunk, tmp_path) == [(2 + 7 * frame) % LEVELS for frame in range(4, 8)]


def test_a_long_video_is_seen_while_it_is_prepared(product: Product, client: Client, tmp_path: Path):
    source = clip(tmp_path / "long.mp4", 3000, size="640x480")
    task = new_task(client)
    fields = {"image_quality": "70", "client_files[0]": ("long.mp4", source.read_bytes())}
    rq_id = product.http("POST", f"/api/tasks/{task}/data/", fields=fields).json()["rq_id"]

    eventually("the first frame is there", lambda: product.http("GET", f"/api/tasks/{task}/data/?type=frame&number=0&quality=original").status == 200)

    assert product.http("GET", f"/api/requests/{quote(rq_id, safe='')}").json()["status"] == "started"
    assert number_in(product.http("GET", f"/api/tasks/{task}/data/?type=frame&number=2999&quality=original").data) == 2999 % LEVELS
    assert len(client.tasks.retrieve(task).get_jobs()) == 1
    request = product.finished(rq_id)
    assert (request["status"], request["result_id"]) == ("finished", task)


def test_export_with_images_of_a_video_holds_pngs(product: Product, video_task, tmp_path: Path):
    path = tmp_path / "out.zip"
    product.cli("task", "export-dataset", video_task.id, path, "--format", "COCO 1.0", "--with-images", "yes", "--completion_verification_period", 0.2)
    with zipfile.ZipFile(path) as archive:
        pictures = sorted(name for name in archive.namelist() if name.lower().endswith(".png"))
        assert len(pictures) == 100 and pictures[41].lower().endswith("frame_000041.png")
        assert [number_in(archive.read(name)) for name in pictures[40:50]] == [frame % LEVELS for frame in range(40, 50)]


def test_task_dataset_reads_a_video_frame_by_frame(client: Client, video_task):
    """contract-data.md 8.4."""
    dataset = TaskDataset(client, video_task.id, media_download_policy=MediaDownloadPolicy.FETCH_FRAMES_ON_DEMAND)
    assert len(dataset.samples) == 100
    assert dataset.samples[12].media.load_image().size == (96, 64)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("noise.mp4", bytes(range(256)) * 40, "can't be read as a video"),
        ("empty.mkv", b"", "is empty"),
        ("playlist.avi", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "can't be read as a video"),
    ],
)
def test_broken_videos_fail_with_a_sentence(product: Product, tmp_path: Path, name: str, content: bytes, reason: str):
    (tmp_path / name).write_bytes(content)
    done = product.cli("task", "create", "bad", "local", tmp_path / name, "--labels", '[{"name":"car"}]', "--completion_verification_period", 0.2, check=False)
    assert done.returncode != 0
    assert f"'{name}' {reason}" in done.stderr


@pytest.mark.skipif(not REAL.is_dir(), reason="no ../shared/data beside the checkout")
@pytest.mark.parametrize("path", ["edge/rotated_90.mp4", "edge/video_without_valid_keyframes.mp4", "video/bigbuckbunny.mp4"])
def test_real_videos_become_tasks(product: Product, client: Client, path: str):
    task = client.tasks.retrieve(create(product, [REAL / path]))
    frame = task.get_meta().frames[0]
    with Image.open(task.get_frame(task.size - 1, quality="original")) as picture:
        assert picture.size == (frame.width, frame.height)


def test_use_zip_chunks_gives_zips_of_jpegs(product: Product, client: Client, video: Path):
    """contract-data.md 2.3: imageset / video."""
    task = client.tasks.retrieve(create(product, [video], "--use_zip_chunks", "--segment_size", 60))
    assert (task.data_compressed_chunk_type, task.data_original_chunk_type) == ("imageset", "video")
    job = max(task.get_jobs(), key=lambda job: job.start_frame)
    for path, frames in ((f"tasks/{task.id}/data/?number=2", range(72, 100)), (f"jobs/{job.id}/data?index=1", range(91, 100))):
        answer = product.http("GET", f"/api/{path}&type=chunk&quality=compressed")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip"), answer.data
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert [number_in(archive.read(name)) for name in archive.namelist()] == [frame % LEVELS for frame in frames]
    frame = product.http("GET", f"/api/tasks/{task.id}/data/?type=frame&number=50&quality=compressed")
    assert (frame.headers["Content-Type"], number_in(frame.data)) == ("image/jpeg", 50 % LEVELS)


def test_use_cache_builds_chunks_on_demand(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.5, use_cache."""
    source = clip(tmp_path / "long.mkv", 400)
    task = client.tasks.retrieve(create(product, [source], "--use_cache"))
    assert number_in(task.get_frame(350, quality="original").read()) == 350 % LEVELS
    chunk = product.http("GET", f"/api/tasks/{task.id}/data/?type=chunk&number=10&quality=original").data
    assert decoded(chunk, tmp_path) == [frame % LEVELS for frame in range(360, 396)]

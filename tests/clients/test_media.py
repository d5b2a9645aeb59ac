"""Media beyond pictures with the official client: videos, archives, documents, point clouds."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from cvat_sdk.core.client import Client
from cvat_sdk.datasets import MediaDownloadPolicy, TaskDataset
from PIL import Image

import pictures
from product import ROOT, Product, eventually
from uploading import new_task

REAL = Path(os.environ.get("CVATSERVERLESS_TEST_DATA", ROOT.parent / "shared" / "data"))
LEVELS = 44


def clip(path: Path, frames: int, *arguments: str, size: str = "96x64") -> Path:
    """A short video; frame n has the brightness 16 + 5 * (n mod 44)."""
    source = f"color=gray:s={size}:r=30,geq=lum='16+5*mod(N\\,{LEVELS})':cb=128:cr=128"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v", str(frames), "-pix_fmt", "yuv420p"]
    subprocess.run([*command, *(arguments or ("-c:v", "libx264", "-g", "25")), path], check=True)
    return path


def number_in(picture: bytes | io.RawIOBase) -> int:
    """What `clip` wrote into a frame, modulo 44."""
    with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture) as image:
        grey = image.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return round(grey * 219 / 255 / 5)


def create(product: Product, files: list[Path], *arguments: object) -> int:
    common = ("--labels", json.dumps([{"name": "car"}]), "--completion_verification_period", 0.2)
    return int(product.cli("task", "create", "media", "local", *files, *common, *arguments).stdout.split()[-1])


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("video") / "clip.mp4", 100)


@pytest.fixture(scope="module")
def video_task(product: Product, client: Client, video: Path):
    return client.tasks.retrieve(create(product, [video], "--segment_size", 60, "--frame_step", 1))


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


def decoded(chunk: bytes, tmp_path: Path) -> list[int]:
    source = tmp_path / "chunk.mp4"
    source.write_bytes(chunk)
    folder = tmp_path / "decoded"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", source, "-vsync", "0", folder / "%06d.png"], check=True)
    return [number_in(path.read_bytes()) for path in sorted(folder.iterdir())]


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


def test_use_cache_builds_chunks_on_demand(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §1.5, use_cache."""
    source = clip(tmp_path / "long.mkv", 400)
    task = client.tasks.retrieve(create(product, [source], "--use_cache"))
    assert number_in(task.get_frame(350, quality="original").read()) == 350 % LEVELS
    chunk = product.http("GET", f"/api/tasks/{task.id}/data/?type=chunk&number=10&quality=original").data
    assert decoded(chunk, tmp_path) == [frame % LEVELS for frame in range(360, 396)]


def test_use_cache_compresses_pictures_on_demand(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §3.1; trap 30. One build for all who ask at the same time; a frame does not wait for its chunk."""
    files = [pictures.noise(tmp_path / f"{number:02}.png", 64, 48, number) for number in range(20)]
    cached, prepared = (client.tasks.retrieve(create(product, files, "--chunk_size", 8, *more)) for more in (["--use_cache"], []))
    frame = cached.get_frame(9, quality="compressed").read()
    path = "/api/tasks/{}/data/?type=chunk&number=1&quality=compressed"
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: product.http("GET", path.format(cached.id)).data, range(20)))
    assert set(answers) == {product.http("GET", path.format(prepared.id)).data}
    with zipfile.ZipFile(io.BytesIO(answers[0])) as archive:
        assert archive.read("000001.jpeg") == frame
    assert cached.get_frame(19, quality="original").read() == files[19].read_bytes()


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


def pcd(path: Path, points: int, seed: int) -> Path:
    rows = np.random.default_rng(seed).normal(0, 5, (points, 3)).round(3)
    header = f"VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH {points}\nHEIGHT 1\nPOINTS {points}\nDATA ascii\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + "\n".join(" ".join(map(str, row)) for row in rows) + "\n")
    return path


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return path


@pytest.mark.parametrize("extension", ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz", "tar.zst"])
def test_archives_of_pictures(product: Product, client: Client, tmp_path: Path, extension: str):
    """contract-data.md 1.7, decision 7."""
    (tmp_path / "f").mkdir()
    pictures.noise(tmp_path / "f" / "2.png", 40, 30, 2)
    pictures.noise(tmp_path / "f" / "1.jpg", 60, 50, 1)
    archive = tmp_path / f"pictures.{extension}"
    with tarfile.open(tmp_path / "plain.tar", "w") as tar:
        tar.add(tmp_path / "f", "f")
    pack = {"gz": "gzip", "tgz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd"}.get(extension.split(".")[-1], "cat")
    if not shutil.which(pack):
        pytest.skip(f"no {pack} on this machine")
    with open(tmp_path / "plain.tar", "rb") as source, open(archive, "wb") as target:
        subprocess.run([pack, *(["-c"] if pack != "cat" else [])], stdin=source, stdout=target, check=True)
    task = client.tasks.retrieve(create(product, [archive]))
    assert [(frame.name, frame.width, frame.height) for frame in task.get_meta().frames] == [("f/1.jpg", 60, 50), ("f/2.png", 40, 30)]
    assert task.get_frame(1, quality="original").read() == (tmp_path / "f" / "2.png").read_bytes()


def test_pdf_has_a_frame_per_page(product: Product, client: Client, tmp_path: Path):
    """contract-data.md decision 6."""
    pages = [Image.new("RGB", (200, 100), color) for color in ("red", "green", "blue")]
    pages[0].save(tmp_path / "report.pdf", save_all=True, append_images=pages[1:], resolution=72)
    task = client.tasks.retrieve(create(product, [tmp_path / "report.pdf"]))
    assert [frame.name for frame in task.get_meta().frames] == ["report_001.jpg", "report_002.jpg", "report_003.jpg"]
    with Image.open(task.get_frame(2, quality="original")) as page:
        assert page.size == (417, 209)
        red, green, blue = page.getpixel((50, 50))
        assert blue > 200 and red < 60 and green < 60


def test_point_clouds_with_context_images(product: Product, client: Client, tmp_path: Path):
    """contract-data.md 2.3, 3.1, 4.1, 4.2: KITTI's layout in a zip; .bin becomes PCD."""
    root = tmp_path / "kitti"
    for frame in range(3):
        raw = root / f"velodyne_points/data/{frame:06}.bin"
        raw.parent.mkdir(parents=True, exist_ok=True)
        np.random.default_rng(frame).normal(0, 5, (500, 4)).astype("<f4").tofile(raw)
        for camera in ("IMAGE_00", "IMAGE_01"):
            (root / camera / "data").mkdir(parents=True, exist_ok=True)
            pictures.noise(root / camera / "data" / f"{frame:06}.png", 32, 24, frame)
    task = client.tasks.retrieve(create(product, [zipped(root, tmp_path / "kitti.zip")]))
    assert (task.dimension, task.media_type, task.mode, task.data_original_chunk_type, task.data_chunk_size) == ("3d", "point_cloud", "annotation", "imageset", 72)
    frame = task.get_meta().frames[1]
    assert (frame.name, frame.width, frame.height, frame.related_files, frame.has_related_context) == ("velodyne_points/data/000001.pcd", 500, 1, 2, True)
    clouds = []
    for quality in ("original", "compressed"):
        answer = product.http("GET", f"/api/tasks/{task.id}/data/?type=chunk&number=0&quality={quality}")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.namelist() == ["000000.pcd", "000001.pcd", "000002.pcd"]
            clouds.append(archive.read("000001.pcd"))
    assert clouds[0] == clouds[1] and clouds[0].endswith((root / "velodyne_points/data/000001.bin").read_bytes())
    single = product.http("GET", f"/api/tasks/{task.id}/data/?type=frame&number=1")
    assert (single.headers["Content-Type"], single.data) == ("image/x.point-cloud-data", clouds[0])
    context = product.http("GET", f"/api/tasks/{task.id}/data/?type=context_image&number=1")
    with zipfile.ZipFile(io.BytesIO(context.data)) as archive:
        assert archive.namelist() == ["IMAGE_00/data/000001.png.jpg", "IMAGE_01/data/000001.png.jpg"]
        assert Image.open(archive.open("IMAGE_01/data/000001.png.jpg")).format == "JPEG"
    with Image.open(task.get_preview()) as preview:
        assert (preview.size, preview.getextrema()[0][1] > 150) == ((256, 256), True)


def test_loose_point_clouds_and_2d_context(product: Product, client: Client, tmp_path: Path):
    """contract-data.md §2.6, §3.1 and §4.1, option 1; trap 27: one image is called ..jpg."""
    files = [pcd(tmp_path / "1.pcd", 20, 1), pcd(tmp_path / "2.pcd", 30, 2), pictures.noise(tmp_path / "2.png", 8, 8, 1)]
    task = client.tasks.retrieve(create(product, files))
    assert [(frame.name, frame.width, frame.related_files) for frame in task.get_meta().frames] == [("1.pcd", 20, 0), ("2.pcd", 30, 1)]
    assert product.http("GET", f"/api/tasks/{task.id}/data/?type=context_image&number=0").status == 404
    assert zipfile.ZipFile(io.BytesIO(product.http("GET", f"/api/tasks/{task.id}/data/?type=context_image&number=1").data)).namelist() == ["..jpg"]

    related = tmp_path / "flat" / "related_images" / "a_png"
    related.mkdir(parents=True)
    pictures.noise(tmp_path / "flat" / "a.png", 20, 20, 1)
    pictures.noise(related / "c.png", 20, 20, 2)
    flat = client.tasks.retrieve(create(product, [zipped(tmp_path / "flat", tmp_path / "flat.zip")]))
    assert [(frame.name, frame.related_files) for frame in flat.get_meta().frames] == [("a.png", 1)]


def test_mixed_media_fail_with_a_sentence(product: Product, tmp_path: Path, video: Path):
    """contract-data.md 1.7."""
    cloud, picture = pcd(tmp_path / "1.pcd", 5, 1), pictures.noise(tmp_path / "other.png", 8, 8, 1)
    broken = tmp_path / "broken.pcd"
    broken.write_text("VERSION 0.9\nDATA ascii\n")
    for files, sentence in (
        ([cloud, picture], "'other.png' is a picture among point clouds"),
        ([video, picture], "these were: 1 video, 1 image"),
        ([broken], "'broken.pcd' is not a point cloud that can be read"),
    ):
        done = product.cli("task", "create", "bad", "local", *files, "--labels", '[{"name":"car"}]', "--completion_verification_period", 0.2, check=False)
        assert done.returncode != 0 and sentence in done.stderr, done.stderr


@pytest.mark.skipif(not REAL.is_dir(), reason="no ../shared/data beside the checkout")
@pytest.mark.parametrize(("path", "frames", "related"), [("canvas3d", 3, 1), ("pointcloud_pcd", 1, 1), ("velodyne_points", 1, 1)])
def test_real_point_clouds_become_tasks(product: Product, client: Client, path: str, frames: int, related: int):
    task = client.tasks.retrieve(create(product, [REAL / f"pointcloud/{path}.zip"]))
    assert [frame.related_files for frame in task.get_meta().frames] == [related] * frames
    assert Image.open(task.get_preview()).size == (256, 256)


def save_picture(path: Path) -> Path:
    """A picture of 48 x 32 in the format of its name: a dark left half, a bright right one."""
    pixels = np.zeros((32, 48, 3), np.uint8)
    pixels[:, 24:] = (220, 200, 180)
    image = Image.fromarray(pixels)
    if path.name == "grey16.png":
        Image.fromarray(pixels[:, :, 0].astype(np.uint16) * 200).save(path)
    elif path.name == "float.tif":
        Image.fromarray(pixels[:, :, 0].astype(np.float32) / 255).save(path)
    elif path.name == "pages.tif":
        image.save(path, save_all=True, append_images=[Image.new("RGB", (48, 32), "red")])
    elif path.name == "frames.gif":
        image.save(path, save_all=True, append_images=[Image.new("RGB", (48, 32), "red")])
    elif path.name == "alpha.png":
        image.putalpha(128)
        image.save(path)
    elif path.name == "palette.png":
        image.quantize(4).save(path)
    elif path.name == "cmyk.jpg":
        image.convert("CMYK").save(path)
    elif path.suffix == ".ico":
        image.save(path, sizes=[(48, 32)])
    elif path.suffix == ".heic":
        image.save(path.with_name("for_heic.png"))
        subprocess.run(["heif-enc", path.with_name("for_heic.png"), "-o", path], check=True, capture_output=True)
    else:
        image.save(path)
    return path


def test_pictures_of_many_formats(product: Product, client: Client, tmp_path: Path):
    """contract-data.md 1.7, 3.2, decision 6: one frame each; compressed ones are RGB JPEGs of the same size."""
    names = ["a.jpg", "a.png", "a.bmp", "a.webp", "a.tif", "a.ppm", "a.jp2", "a.ico", "a.avif"]
    names += ["grey16.png", "float.tif", "pages.tif", "frames.gif", "alpha.png", "palette.png", "cmyk.jpg"]
    names += ["a.heic"] if shutil.which("heif-enc") and shutil.which("heif-convert") else []
    files = [save_picture(tmp_path / name) for name in names]
    task = client.tasks.retrieve(create(product, files, "--sorting-method", "predefined"))
    assert [(frame.name, frame.width, frame.height) for frame in task.get_meta().frames] == [(name, 48, 32) for name in names]
    for number, file in enumerate(files):
        with Image.open(task.get_frame(number, quality="compressed")) as picture:
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (48, 32)), file.name
            left, right = picture.convert("L").getpixel((8, 16)), picture.convert("L").getpixel((40, 16))
            assert right - left > 80, (file.name, left, right)
        original = task.get_frame(number, quality="original").read()
        assert original == file.read_bytes() or file.suffix == ".tif", file.name


def manifest_of(path: Path, names: list[str], kind: str = "images") -> Path:
    lines = [{"version": "1.1"}, {"type": kind}]
    lines += [{"name": name.rsplit(".", 1)[0], "extension": "." + name.rsplit(".", 1)[1], "width": 8, "height": 8} for name in names]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_an_uploaded_manifest_gives_the_predefined_order(product: Product, client: Client, tmp_path: Path):
    """contract-data.md 1.7, 2.5, 2.7."""
    names = ["c.png", "a.png", "b.png"]
    files = [pictures.noise(tmp_path / name, 8, 8, number) for number, name in enumerate(names)]
    archive = pictures.stored_zip(tmp_path / "all.zip", files)
    manifest = manifest_of(tmp_path / "order.jsonl", names)
    for resources in ([*files[::-1], manifest], [archive, manifest]):
        task = client.tasks.retrieve(create(product, resources, "--sorting-method", "predefined"))
        assert [frame.name for frame in task.get_meta().frames] == names
    for resources, sorting, sentence in (
        ([archive], "predefined", "Can't find upload manifest file"),
        ([*files, manifest], "random", "random sorting"),
        ([*files, manifest], "lexicographical", "Incorrect file mapping to manifest content"),
        ([*files[:2], manifest], "predefined", "b.png (manifest)"),
        ([*files, manifest_of(tmp_path / "v.jsonl", names, "video")], "predefined", "is the manifest of a video"),
    ):
        arguments = ("--sorting-method", sorting, "--labels", '[{"name":"car"}]', "--completion_verification_period", 0.2)
        done = product.cli("task", "create", "bad", "local", *resources, *arguments, check=False)
        assert done.returncode != 0 and sentence in done.stderr, done.stderr[-500:]

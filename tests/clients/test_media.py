"""Media beyond single pictures with the official client: archives, documents, formats, manifests."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from cvat_sdk.core.client import Client
from PIL import Image

import pictures
from media_files import clip, create, manifest_of, pcd
from product import Product


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


def test_mixed_media_fail_with_a_sentence(product: Product, tmp_path: Path):
    """contract-data.md 1.7."""
    video = clip(tmp_path / "clip.mp4", 5)
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

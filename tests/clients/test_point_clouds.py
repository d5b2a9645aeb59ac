"""Point clouds and context images with the official client."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from cvat_sdk.core.client import Client
from PIL import Image

import pictures
from media_files import REAL, create, pcd, zipped
from product import Product


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


@pytest.mark.skipif(not REAL.is_dir(), reason="no ../shared/data beside the checkout")
@pytest.mark.parametrize(("path", "frames", "related"), [("canvas3d", 3, 1), ("pointcloud_pcd", 1, 1), ("velodyne_points", 1, 1)])
def test_real_point_clouds_become_tasks(product: Product, client: Client, path: str, frames: int, related: int):
    task = client.tasks.retrieve(create(product, [REAL / f"pointcloud/{path}.zip"]))
    assert [frame.related_files for frame in task.get_meta().frames] == [related] * frames
    assert Image.open(task.get_preview()).size == (256, 256)

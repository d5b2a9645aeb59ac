"""What the benchmarks work on: photo-like pictures and videos, made once."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "artifacts" / "bench"


def pictures(count: int = 300) -> Path:
    """300 JPEGs of 1920 × 1080, quality 92, 4:2:0: gradients, noise of several scales, discs and grain, as a camera's."""
    folder = CACHE / "img"
    folder.mkdir(parents=True, exist_ok=True)
    yy, xx = np.mgrid[0:1080, 0:1920].astype(np.float32)
    grains = np.random.default_rng(1).normal(0, 5, (5, 1080, 1920)).astype(np.float32)
    for index in range(count):
        path = folder / f"{index:06}.jpg"
        if path.exists():
            continue
        Image.fromarray(picture(np.random.default_rng(1000 + index), xx, yy, grains[index % 5])).save(path, quality=92, subsampling="4:2:0")
    return folder


def picture(random: np.random.Generator, xx: np.ndarray, yy: np.ndarray, grain: np.ndarray) -> np.ndarray:
    slope = random.uniform(-1, 1, (3, 2)).astype(np.float32)
    base = np.stack([128 + 60 * (slope[c, 0] * (xx / 1920 - 0.5) + slope[c, 1] * (yy / 1080 - 0.5)) for c in range(3)], -1)
    for scale, strength in ((8, 40), (32, 22), (128, 12), (480, 7)):
        small = random.normal(0, 1, (max(2, scale * 9 // 16), scale)).astype(np.float32)
        layer = np.asarray(Image.fromarray(small).resize((1920, 1080), Image.BICUBIC))
        base += (strength * layer)[..., None] * random.uniform(0.6, 1, 3).astype(np.float32)
    for _ in range(12):
        x, y, radius = random.uniform(0, 1920), random.uniform(0, 1080), random.uniform(20, 160)
        inside = (xx - x) ** 2 + (yy - y) ** 2 < radius * radius
        base[inside] = base[inside] * 0.3 + random.uniform(0, 255, 3).astype(np.float32) * 0.7
    base += np.roll(grain, (int(random.integers(1080)), int(random.integers(1920))), (0, 1))[..., None]
    return np.clip(base, 0, 255).astype(np.uint8)


def small_pictures(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{index:03}.png" for index in range(count)]
    for index, path in enumerate(paths):
        Image.fromarray(np.full((480, 640, 3), index, np.uint8)).save(path)
    return paths


def small_jpeg(seed: int) -> bytes:
    """64 × 48 pixels of seeded noise."""
    encoded = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (48, 64, 3), np.uint8)).save(encoded, "JPEG")
    return encoded.getvalue()


def video(gop: int, size: str = "1280x720", rate: int = 30, seconds: int = 60, has_noise: bool = True) -> Path:
    """H.264 with a closed key frame every `gop` frames. Noise makes it cost like a camera's; without it the file stays small."""
    path = CACHE / f"{size}_{rate}fps_{seconds}s_gop{gop}{'' if has_noise else '_plain'}.mp4"
    CACHE.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        part = path.with_name("part.mp4")
        noise = ["-vf", "noise=alls=6:allf=t+u"] if has_noise else []
        command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}", *noise]
        coding = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "fast", "-crf", "23", "-g", str(gop), "-keyint_min", str(gop), "-sc_threshold", "0"]
        subprocess.run([*command, *coding, part], check=True)
        part.rename(path)
    return path


def looped(source: Path, times: int, path: Path) -> Path:
    """The video again and again in one file, without a new encoding."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-stream_loop", str(times - 1), "-i", source, "-c", "copy", path], check=True)
    return path


def zipped(path: Path, pictures: list[bytes], names: Iterable[str]) -> Path:
    """A zip that stores the pictures in turns, under as many names as there are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for index, name in enumerate(names):
            archive.writestr(name, pictures[index % len(pictures)])
    return path

"""Videos, point clouds, archives and manifests that tests make, and tasks from them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from product import ROOT, Product

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


def manifest_of(path: Path, names: list[str], kind: str = "images") -> Path:
    lines = [{"version": "1.1"}, {"type": kind}]
    lines += [{"name": name.rsplit(".", 1)[0], "extension": "." + name.rsplit(".", 1)[1], "width": 8, "height": 8} for name in names]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path

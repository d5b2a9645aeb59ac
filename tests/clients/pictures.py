"""Pictures for tests: real photographs where they lie beside the checkout, else seeded noise that no codec can shrink."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from product import ROOT

PHOTOS = ROOT.parent / "shared" / "data" / "photos"


def photos(folder: Path) -> list[Path]:
    """Twelve real photographs in the order of their names, or as many made ones."""
    if PHOTOS.is_dir():
        return sorted(PHOTOS.glob("*.*"))
    return [noise(folder / f"photo_{index:02}.jpg", 640, 480, index) for index in range(12)]


def noise(path: Path, width: int, height: int, seed: int, **options) -> Path:
    """One picture of seeded noise; its format follows the name."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(path, **options)
    return path


def stored_zip(path: Path, files: list[Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path

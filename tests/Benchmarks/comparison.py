"""Chunks of pictures and of videos against the comparator, which makes the same artefacts with the reference's calls into Pillow and PyAV.

Both run in turns in processes of their own; CPU seconds are the kernel's, of the process and all its children. Only ratios are judged.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

import inputs
from measure import Report

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests/Benchmarks/bin/Release/net10.0/CvatServerless.Tests.Benchmarks.dll"
COMPARATOR = ROOT.parent / "shared" / "bench"
DEBIAN_PYTHON = "/usr/bin/python3"  # has PyAV, from Debian's python3-av
ROUNDS = 5
VIDEO_ROUNDS = 3
CHUNK = 36
COMPARED_PICTURES = 12
MINUTES = 10


class Cost(NamedTuple):
    """What a command took. Units: seconds, MiB of its largest process."""

    cpu: float
    wall: float
    peak: float


MEASURE = """
import json, resource, subprocess, sys, time
began = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024]))
"""


def run(*command: object, **environment: str) -> Cost:
    """Runs it below a process that is small: a child's peak memory is never less than what its parent had when it was made."""
    whole = [sys.executable, "-c", MEASURE, *(str(part) for part in command)]
    done = subprocess.run(whole, capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stderr[-4000:]}"
    return Cost(*json.loads(done.stdout))


def is_there(name: str) -> bool:
    there = (COMPARATOR / "cvat_work.py").exists()
    if not there:
        print(f"{name}: skipped, the comparator ../shared/bench is not beside the checkout", flush=True)
    return there


def pictures(report: Report, scratch: Path) -> None:
    """300 Full HD JPEGs into chunks."""
    if not is_there("pictures"):
        return
    source = inputs.pictures()
    count = len(list(source.iterdir()))
    stub = scratch / "stub"
    stub.mkdir()
    (stub / "av.py").write_text("class VideoFrame: pass\n")  # the comparator imports PyAV also where it works on pictures

    def ours(kind: str, workers: int) -> Cost:
        # One worker means one core: without the pin the runtime's own threads (GC, JIT, file I/O) would use the second one.
        pin = ["taskset", "-c", "0"] if workers == 1 else []
        return run(*pin, "dotnet", PROGRAM, "media", kind, source, scratch / kind, workers)

    def theirs(mode: str) -> Cost:
        return run(sys.executable, COMPARATOR / "cvat_work.py", mode, source, scratch / mode, PYTHONPATH=str(stub))

    costs: dict[str, list[Cost]] = {}
    for _ in range(ROUNDS):
        for name, cost in (
            ("compressed", ours("compressed", 1)),
            ("their compressed", theirs("img-zip70")),
            ("original", ours("original", 1)),
            ("their original", theirs("img-orig")),
            ("both", ours("both", 1)),
            ("both, two workers", ours("both", 2)),
        ):
            costs.setdefault(name, []).append(cost)
    cpu = {name: statistics.median(cost.cpu for cost in values) for name, values in costs.items()}
    report.note(", ".join(f"{name}: {count / seconds:.1f}" for name, seconds in cpu.items()) + " pictures per CPU s")

    mine, other = chunk_bytes(scratch / "compressed", "c*.zip"), chunk_bytes(scratch / "img-zip70", "*.zip")
    faster, larger = cpu["their compressed"] / cpu["compressed"], mine / other - 1
    met = (faster >= 1.7 and larger <= 0.1) or (faster >= 1.35 and larger <= 0.03)
    report.figure("pictures, compressed chunks", f"{faster:.2f} × with {larger:+.1%} bytes", "≥ 1.7 × at ≤ +10 %, or ≥ 1.35 × at ≤ +3 %", met)
    loss = brightness_psnr(source, scratch / "img-zip70/0.zip") - brightness_psnr(source, scratch / "compressed/c0.zip")
    report.figure("pictures, compressed chunks, PSNR-Y below the comparator's", f"{loss:.3f} dB", "≤ 0.1 dB", loss <= 0.1)
    copied = cpu["their original"] / cpu["original"]
    report.figure("pictures, original chunks", f"{copied:.1f} ×", "≥ 12 ×", copied >= 12)
    together = (cpu["their compressed"] + cpu["their original"]) / cpu["both"]
    for bar in (1.5, 2.3):
        report.figure("pictures, both kinds", f"{together:.2f} ×", f"≥ {bar} ×", together >= bar)
    peak = max(cost.peak for cost in costs["both, two workers"])
    report.figure("pictures, both kinds, peak memory", f"{peak:.0f} MiB", "≤ 150 MiB", peak <= 150)
    if (os.cpu_count() or 1) < 2:
        print("pictures, from one core to two: skipped, there is one core", flush=True)
        return
    # Neighbours on the machine only ever slow a run down: the fastest one is the closest to the truth.
    scaling = min(cost.wall for cost in costs["both"]) / min(cost.wall for cost in costs["both, two workers"])
    report.figure("pictures, from one core to two", f"{scaling:.2f} ×", "≥ 1.7 ×", scaling >= 1.7)


def chunk_bytes(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern))


def brightness_psnr(source: Path, chunk: Path) -> float:
    """Mean PSNR of the brightness of the chunk's first pictures against their sources. Unit: dB."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    ratios = []
    with zipfile.ZipFile(chunk) as entries:
        for path, name in list(zip(sorted(source.iterdir()), sorted(entries.namelist())))[:COMPARED_PICTURES]:
            first, second = (np.asarray(Image.open(file).convert("RGB")).astype(np.float32) for file in (path, io.BytesIO(entries.read(name))))
            ratios.append(10 * np.log10(255**2 / (((first - second) @ weights) ** 2).mean()))
    return statistics.fmean(ratios)


def video(report: Report, scratch: Path) -> None:
    """
    A minute of 1280 × 720 into an index and into chunks; the comparator makes each chunk by itself, as the reference's cache does.

    Where nothing is decoded, starting processes is most of the cost: there ten minutes are measured, against ten times the comparator's minute.
    """
    if not is_there("video"):
        return
    if not has_pyav():
        print("video: skipped, the comparator needs Debian's python3-av, python3-pil, libopenh264-dev and g++", flush=True)
        return
    plain, cuttable = inputs.video(gop=250), inputs.video(gop=CHUNK)
    long_plain = inputs.looped(plain, MINUTES, scratch / "plain.mp4")
    long_cuttable = inputs.looped(cuttable, MINUTES, scratch / "cuttable.mp4")

    def ours(kind: str, source: Path) -> Cost:
        return run("dotnet", PROGRAM, "video", kind, source, scratch / source.stem)

    before, their, after = ours("index", long_plain), theirs("vid-manifest", plain, scratch / "index"), ours("index", long_plain)
    judge(report, "video, index", (before, after), their.cpu * MINUTES, 20)

    ours("index", plain)
    pairs = [(ours("zip", plain), theirs("vid-zip70", plain, scratch / "zip")) for _ in range(VIDEO_ROUNDS)]
    larger(report, scratch / plain.stem, "*.zip", chunk_bytes(scratch / "zip", "*.zip"))
    judge(report, "video, chunks of pictures", [mine for mine, _ in pairs], statistics.fmean(their.cpu for _, their in pairs), 4)

    before, decoded, encoded, after = ours("mp4", plain), theirs("decode", plain, scratch), openh264(plain), ours("mp4", plain)
    report.note(f"the comparator: {decoded.cpu:.1f} CPU s of decoding, {encoded['cpu_s']:.1f} of OpenH264, as the reference's image has it")
    larger(report, scratch / plain.stem, "*.mp4", encoded["bytes"])
    judge(report, "video, compressed mp4 chunks", (before, after), decoded.cpu + encoded["cpu_s"], 2)

    ours("index", long_cuttable)
    before, their, after = ours("original", long_cuttable), theirs("vid-mp4o", cuttable, scratch / "copy"), ours("original", long_cuttable)
    larger(report, scratch / long_cuttable.stem, "*.mp4", chunk_bytes(scratch / "copy", "*.mp4") * MINUTES)
    judge(report, "video, original mp4 chunks by copy", (before, after), their.cpu * MINUTES, 50)


def larger(report: Report, folder: Path, pattern: str, their_bytes: int) -> None:
    report.note(f"bytes: {chunk_bytes(folder, pattern) / their_bytes - 1:+.1%}")


def judge(report: Report, name: str, ours: Sequence[Cost], their_cpu: float, bar: float) -> None:
    mine = statistics.fmean(cost.cpu for cost in ours)
    report.note(f"{mine:.2f} CPU s against {their_cpu:.2f}, largest process {max(cost.peak for cost in ours):.0f} MiB")
    report.figure(name, f"{their_cpu / mine:.1f} ×", f"≥ {bar:g} ×", their_cpu / mine >= bar)


def theirs(mode: str, source: Path, out: Path) -> Cost:
    script = ROOT / "tests/Benchmarks/cached_decode.py" if mode == "decode" else COMPARATOR / "cvat_work.py"
    return run(DEBIAN_PYTHON, script, mode, source, out)


def openh264(source: Path) -> dict:
    """OpenH264 alone on the video's frames: its own CPU seconds and bytes; decoding for it isn't counted."""
    program = inputs.CACHE / "openh264_enc"
    if not program.exists():
        subprocess.run(["g++", "-O2", COMPARATOR / "openh264_enc.cpp", "-o", program, "-lopenh264"], check=True)
    command = ["ffmpeg", "-v", "error", "-i", source, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as decoder:
        encoder = subprocess.run([program, "1280", "720", "15"], stdin=decoder.stdout, stdout=subprocess.PIPE, check=True)
    return json.loads(encoder.stdout)


def has_pyav() -> bool:
    """Whether the comparator can work on videos; what is missing is installed where it may be."""
    setup = "root=$PWD; source .ci/setup.sh; apt_install python3-av python3-pil libopenh264-dev g++"
    subprocess.run(["bash", "-c", setup], cwd=ROOT, stdout=subprocess.DEVNULL)
    return subprocess.run([DEBIAN_PYTHON, "-c", "import av, PIL"], stderr=subprocess.DEVNULL).returncode == 0

"""Figures of whole processes, as ratios measured side by side in one run; kernels come from the benchmark program beside this file.

usage: benchmarks.py [kernels|start|service|lists|webhooks|creation|pictures|video|ondemand|bounded|firstframe]…
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "clients"))

import inputs  # noqa: E402
from bounded import bounded  # noqa: E402
from comparison import PROGRAM, pictures, video  # noqa: E402
from firstframe import firstframe  # noqa: E402
from measure import MIB, Report, cpu_seconds, memory_mib, peak_while, percentile  # noqa: E402
from ondemand import ondemand  # noqa: E402
from product import Product, eventually, free_port  # noqa: E402

ROUNDS = 3


def start(report: Report, scratch: Path) -> None:
    """From `./run` to the first answer, everything built; and memory at rest."""
    product = Product(scratch / "start").start()
    product.stop()
    seconds, resting = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        product.process = subprocess.Popen(
            [ROOT / "run", "--port", str(product.port), "--data", product.data],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **product.settings},
        )
        eventually("it answers", lambda: answers(product))
        seconds.append(time.perf_counter() - began)
        settle(product)
        resting.append(memory_mib(product.process.pid))
        product.stop()
    report.figure("start to first answer", f"{statistics.median(seconds):.2f} s", "≤ 2 s", statistics.median(seconds) <= 2)
    report.figure("memory at rest", f"{max(resting):.0f} MiB", "≤ 150 MiB", max(resting) <= 150)


def answers(product: Product) -> bool:
    try:
        return product.http("GET", "/api/server/about", auth=None).status == 200
    except OSError:
        return False
    except Exception as error:  # urllib3's connection errors have no common base with OSError
        if "onnect" in repr(error):
            return False
        raise


def settle(product: Product) -> None:
    """Waits until the process uses no CPU to speak of."""
    assert product.process
    pid, last = product.process.pid, [cpu_seconds(product.process.pid), time.monotonic()]

    def quiet() -> bool:
        if time.monotonic() - last[1] < 2:
            return False
        used, last[0], last[1] = cpu_seconds(pid) - last[0], cpu_seconds(pid), time.monotonic()
        return used < 0.1

    eventually("it rests", quiet, 30)


def service(report: Report, scratch: Path) -> None:
    """Saving and reading annotations of large jobs."""
    product = Product(scratch / "service").start()
    assert product.process
    with product.client() as client:
        task = client.tasks.create_from_data({"name": "large", "labels": [{"name": "a"}]}, inputs.small_pictures(scratch, 20))
        job, label = task.get_jobs()[0].id, task.get_labels()[0].id
    path = f"/api/jobs/{job}/annotations/"

    def shapes(count: int, shift: float = 0) -> bytes:
        box = [{"type": "rectangle", "label_id": label, "frame": i % 20, "points": [i % 900 + shift, 5.25, i % 900 + 40.5, 60.125]} for i in range(count)]
        return json.dumps({"shapes": box}).encode()

    def send(method: str, query: str, body: bytes) -> float:
        began = time.perf_counter()
        answer = product.http(method, path + query, body=body, headers={"Content-Type": "application/json"})
        assert answer.status == 200, answer.data[:500]
        return time.perf_counter() - began

    save(report, product, send, shapes, path)
    large_job(report, product, send, shapes, path)
    product.stop()


def save(report: Report, product: Product, send, shapes, path: str) -> None:
    send("PUT", "", shapes(1000))
    stored = product.http("GET", path).json()["shapes"]
    changes = []
    for index in range(200):
        shape = {key: value for key, value in stored[index].items()}
        shape["points"] = [index, 1.0, index + 9.5, 20.0]
        changes.append(json.dumps({"shapes": [shape]}).encode())
    fsynced, calls, one, all_of_them = [], [], [], []
    log = os.open(product.data / "raw.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    whole = shapes(1000, 0.5)
    for body in changes * 2:  # so that the compiler has seen the path, as in a process that runs for a while
        send("PATCH", "?action=update", body)
    for body in changes:  # in turns, so that both see the same disk
        fsynced.append(append(log, body))
        calls.append(call(product))
        one.append(send("PATCH", "?action=update", body))
    for _ in range(40):
        append(log, whole)
        all_of_them.append(send("PUT", "", whole))
    os.close(log)
    (product.data / "raw.log").unlink()
    raw, bare, changed, replaced = (percentile(values, 0.95) * 1000 for values in (fsynced, calls, one, all_of_them))
    report.note(f"p95: raw append {raw:.2f} ms, a call that stores nothing {bare:.2f} ms, one changed shape {changed:.2f} ms, all 1,000 shapes {replaced:.2f} ms")
    report.note(f"one changed shape with its HTTP call: {changed / raw:.2f} × a raw fsynced append")
    ratio = (changed - bare) / raw
    report.figure("save in a job of 1,000 shapes, warm, p95 without the bare call over a raw fsynced append", f"{ratio:.2f} ×", "≤ 3 ×", ratio <= 3)


def call(product: Product) -> float:
    began = time.perf_counter()
    assert product.http("GET", "/api/users/self").status == 200
    return time.perf_counter() - began


def append(log: int, body: bytes) -> float:
    began = time.perf_counter()
    os.write(log, body)
    os.fsync(log)
    return time.perf_counter() - began


def large_job(report: Report, product: Product, send, shapes, path: str) -> None:
    send("PUT", "", b'{"shapes":[]}')
    for _ in range(10):
        send("PATCH", "?action=create", shapes(10_000))
    settle(product)
    pid = product.process.pid
    rest, sizes = memory_mib(pid), []

    def read() -> None:
        answer = product.http("GET", path, preload_content=False)
        sizes.append(sum(len(piece) for piece in answer.stream(65536)))
        answer.release_conn()

    growth = max(peak_while(pid, read) - rest for _ in range(ROUNDS))
    report.note(f"{sizes[-1] / MIB:.1f} MiB of JSON, {rest:.0f} MiB at rest")
    report.figure("GET of a job of 100,000 shapes, memory on top", f"{growth:.0f} MiB", "< 64 MiB", growth < 64)


LIST_QUERIES = {
    "jobs": "filter=%7B%22in%22%3A%5B%7B%22var%22%3A%22state%22%7D%2C%5B%22new%22%2C%22in%20progress%22%5D%5D%7D&sort=task_name,-id&search=street%20a",
    "tasks": "filter=%7B%22%3E%22%3A%5B%7B%22var%22%3A%22updated_date%22%7D%2C%222026-01-02T00%3A00%3A00Z%22%5D%7D&sort=name,-id&search=street%20a",
    "projects": "filter=%7B%22%3D%3D%22%3A%5B%7B%22var%22%3A%22status%22%7D%2C%22annotation%22%5D%7D&sort=-updated_date&search=city",
}


def lists(report: Report, scratch: Path) -> None:
    """Lists over HTTP with filter, sort and search: warm, after a write, and how they grow with the rows."""
    sizes = (1_000, 10_000, 100_000)
    measured: dict[str, list[float]] = {}
    for size in sizes:
        product = Product(scratch / f"lists-{size}").start()
        product.stop()
        subprocess.run(["dotnet", PROGRAM, "list-fill", product.data, str(size)], check=True)
        product.start()
        for resource, query in LIST_QUERIES.items():
            path = f"/api/{resource}?{query}"
            count = product.http("GET", path).json()["count"]
            written, warm = [], []
            for index in range(25):
                body = json.dumps({"state": ("new", "completed")[index % 2]} if resource == "jobs" else {"bug_tracker": f"b{index}"})
                changed = product.http("PATCH", f"/api/{resource}/{1 + index * 37 % size}", body=body, headers={"Content-Type": "application/json"})
                assert changed.status == 200, changed.data[:300]
                written.append(timed(product, path))
                warm.extend(timed(product, f"{path}&page={page}") for page in (2, max(1, count // 20), max(1, count // 10)))
            for name, values in (("after a write", written[5:]), ("warm", warm[15:])):
                milliseconds = percentile(values, 0.95) * 1000
                measured.setdefault(f"{resource} {name}", []).append(milliseconds)
                report.note(f"{size:,} {resource}, {count:,} found, {name}: p95 {milliseconds:.1f} ms")
        product.stop()
    for name, values in measured.items():
        growth = max(later / earlier for earlier, later in zip(values, values[1:]))
        report.figure(f"list of {name}, p95 growth for ten times the rows", f"{growth:.1f} ×", "< 10 ×", growth < 10)


def timed(product: Product, path: str) -> float:
    began = time.perf_counter()
    answer = product.http("GET", path)
    assert answer.status == 200, answer.data[:300]
    return time.perf_counter() - began


def webhooks(report: Report, scratch: Path) -> None:
    """10,000 deliveries that have gathered while the receiver was down."""
    from test_webhooks import Receiver, hook

    count, port = 10_000, free_port()
    product = Product(scratch / "webhooks", CVATSERVERLESS_OUTBOUND_ALLOW="127.0.0.0/8").start()
    project = product.http("POST", "/api/projects", json={"name": "0"}).json()["id"]
    made = hook(product, project, f"http://127.0.0.1:{port}/", ["update:project"])
    for number in range(1, count + 1):
        assert product.http("PATCH", f"/api/projects/{project}", json={"name": str(number)}).status == 200
    settle(product)
    pid = product.process.pid
    rest, began, receiver = memory_mib(pid), time.perf_counter(), Receiver(port)
    peak = peak_while(pid, lambda: eventually("all are told", lambda: len(receiver.calls) >= count, 900))
    seconds = time.perf_counter() - began
    names = [body["project"]["name"] for body in receiver.bodies()]
    receiver.close()
    failed = [d for d in product.http("GET", f"/api/webhooks/{made['id']}/deliveries?page_size=all").json()["results"] if d["status_code"] != 200]
    product.stop()
    report.note(f"{count:,} deliveries in {seconds:.0f} s from the receiver's return on, pauses included; {len(failed)} failed attempts before")
    missing = len(set(map(str, range(1, count + 1))) - set(names))
    report.figure("webhook deliveries after an outage, missing", str(missing), "0", missing == 0)
    report.figure("webhook deliveries after an outage, doubled", str(len(names) - len(set(names))), "0", len(names) == len(set(names)))
    report.figure("webhook deliveries after an outage, memory on top", f"{peak - rest:.0f} MiB", "≤ 64 MiB", peak - rest <= 64)


def creation(report: Report, scratch: Path) -> None:
    """300 pictures through the official client until the task is ready."""
    files = sorted(Path(inputs.pictures()).iterdir())
    product = Product(scratch / "creation").start()
    pid = product.process.pid
    with product.client() as client:
        before, began = cpu_seconds(pid), time.perf_counter()
        peak = peak_while(pid, lambda: client.tasks.create_from_data({"name": "300", "labels": [{"name": "a"}]}, files))
        wall, cpu = time.perf_counter() - began, cpu_seconds(pid) - before
    report.note(f"{len(files)} pictures in {wall:.1f} s, {len(files) / cpu:.1f} pictures per CPU second of the server")
    report.figure("creation end to end, peak memory of the server", f"{peak:.0f} MiB", "≤ 250 MiB", peak <= 250)
    product.stop()


def kernels(report: Report, scratch: Path) -> None:
    """What the benchmark program beside this file measures: storage, lists."""
    done = subprocess.run(["dotnet", PROGRAM], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(scratch)})
    print(done.stdout.rstrip(), flush=True)
    missed = len(re.findall(r" MISSED$", done.stdout, re.MULTILINE))
    report.missed += missed
    assert done.returncode == 0 or missed, "the benchmark program failed"


def main() -> int:
    parts = {part.__name__: part for part in (kernels, start, service, lists, webhooks, creation, pictures, video, ondemand, bounded, firstframe)}
    report = Report()
    for name in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory(prefix="cvatserverless-") as scratch:
            parts[name](report, Path(scratch))
    return 1 if report.missed else 0


sys.exit(main())

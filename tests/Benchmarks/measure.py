"""Measuring processes: CPU time, memory and wall time of children and of a running product."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    wall: float
    cpu: float
    peak_mib: float
    output: str


def run(*command: object, env: dict[str, str] | None = None, core: int | None = None) -> Usage:
    """A child to its end; CPU seconds and peak memory are its own and its children's. `core` pins it to one."""
    pin = None if core is None else (lambda: os.sched_setaffinity(0, {core}))
    started = time.perf_counter()
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}, preexec_fn=pin)
    assert child.stdout
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, f"{command} ended with {child.returncode}: {output}"
    return Usage(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def memory_mib(pid: int, field: str = "VmRSS") -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_while(pid: int, action: Callable[[], object]) -> float:
    """Peak resident memory of the process while the action runs. Unit: MiB. The kernel's high-water mark is set back before."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    action()
    return memory_mib(pid, "VmHWM")


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Report:
    """One line per figure, its bar, and whether it was met."""

    def __init__(self) -> None:
        self.missed = 0
        self._lock = threading.Lock()

    def figure(self, name: str, value: str, bar: str, met: bool) -> None:
        with self._lock:
            self.missed += not met
            print(f"{name}: {value} (bar: {bar}) {'ok' if met else 'MISSED'}", flush=True)

    def note(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def skipped(self, name: str, why: str) -> None:
        print(f"{name}: skipped, {why}", flush=True)

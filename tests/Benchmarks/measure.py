"""Measuring a running product: CPU time and memory, and the lines that say whether a bar was met."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int, field: str = "VmRSS") -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


def cpu_seconds(pid: int, with_children: bool = False) -> float:
    """CPU time of the process, with that of its children which have ended where that is wanted. Unit: seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if with_children else 13])) / TICKS


def largest_child(pid: int) -> float:
    """Peak resident memory of the largest of the process's children that run now. Unit: MiB."""
    peaks = [0.0]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                peaks.append(memory_mib(int(folder.name), "VmHWM"))
        except (FileNotFoundError, ProcessLookupError, LookupError):
            continue  # it has ended in the meantime
    return max(peaks)


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

    def figure(self, name: str, value: str, bar: str, met: bool) -> None:
        self.missed += not met
        print(f"{name}: {value} (bar: {bar}) {'ok' if met else 'MISSED'}", flush=True)

    def note(self, text: str) -> None:
        print(f"  {text}", flush=True)

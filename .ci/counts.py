"""Reads the machine-readable report of one suite and prints `passed failed skipped`; a report that is missing or empty is an error.

usage: counts.py REPORT…   (JUnit XML from pytest and xunit, JSON from vitest and Playwright)
"""

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def junit(path: Path) -> tuple[int, int, int]:
    root = ET.parse(path).getroot()
    cases = list(root.iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    return len(cases) - failed - skipped, failed, skipped


def javascript(path: Path) -> tuple[int, int, int]:
    report = json.loads(path.read_text())
    if "stats" in report:  # Playwright
        stats = report["stats"]
        errors = len(report.get("errors", []))
        return stats["expected"] + stats["flaky"], stats["unexpected"] + errors, stats["skipped"]
    broken = sum(1 for file in report["testResults"] if file["status"] == "failed" and not file["assertionResults"])
    return report["numPassedTests"], report["numFailedTests"] + broken, report["numPendingTests"] + report["numTodoTests"]


def main() -> None:
    totals = (0, 0, 0)
    for name in sys.argv[1:]:
        path = Path(name)
        counts = javascript(path) if path.suffix == ".json" else junit(path)
        totals = tuple(a + b for a, b in zip(totals, counts))
    print(*totals)


main()

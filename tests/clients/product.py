"""The product as users start it, for tests: `./run` on a free port and a folder of its own, killed and started again at will."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import urllib3
from cvat_sdk import make_client
from cvat_sdk.core.client import Client

ROOT = Path(__file__).resolve().parents[2]
ADMIN = ("admin", "correct-horse-battery")
T = TypeVar("T")


def eventually(what: str, probe: Callable[[], T | None], seconds: float = 60) -> T:
    """The first true answer of the probe; fails with `what` when the deadline passes."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := probe():
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.03)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Product:
    """One process on one data folder. `kill` is kill -9; `start` goes on with the same data."""

    def __init__(self, data: Path, **settings: str):
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_suffix(".log")
        self.settings = {
            "CVATSERVERLESS_ADMIN_USERNAME": ADMIN[0],
            "CVATSERVERLESS_ADMIN_EMAIL": "admin@example.org",
            "CVATSERVERLESS_ADMIN_PASSWORD": ADMIN[1],
            "CVATSERVERLESS_ANONYMOUS_PER_MINUTE": "0",  # all tests come from one address
            **settings,
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> Product:
        assert self.process is None, "it runs already"
        known = self.output()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [ROOT / "run", "--port", str(self.port), "--data", self.data],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **{name: value for name, value in self.settings.items() if value}},
            )
        eventually(f"{self.url} is ready", lambda: self._ready(len(known)), 300)
        return self

    def _ready(self, known: int) -> bool:
        assert self.process and self.process.poll() is None, f"it ended:\n{self.output()[-4000:]}"
        return f"CvatServerless is ready at {self.url}" in self.output()[known:]

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def kill(self) -> None:
        """kill -9: nothing is flushed, nothing is said goodbye to."""
        self._end(signal.SIGKILL, 10)

    def stop(self) -> int:
        """SIGTERM, as Ctrl-C or a service manager would; returns the exit code."""
        return self._end(signal.SIGTERM, 20)

    def _end(self, with_signal: signal.Signals, seconds: float) -> int:
        assert self.process, "it doesn't run"
        self.process.send_signal(with_signal)
        code = self.process.wait(seconds)
        self.process = None
        return code

    def client(self, credentials: tuple[str, str] = ADMIN) -> Client:
        client = make_client(self.url, credentials=credentials)
        client.config.status_check_period = 0.1
        return client

    def http(self, method: str, path: str, *, auth: tuple[str, str] | None = ADMIN, **options) -> urllib3.BaseHTTPResponse:
        """One bare request, with Basic authentication unless told otherwise; redirects and retries off."""
        headers = dict(options.pop("headers", {}))
        if auth:
            headers |= urllib3.make_headers(basic_auth=":".join(auth))
        url = path if path.startswith("http") else self.url + path
        return urllib3.request(method, url, headers=headers, retries=False, redirect=False, timeout=60, **options)

    def finished(self, rq_id: str, seconds: float = 120) -> dict:
        """The request in its last state, `finished` or `failed`."""

        def probe() -> dict | None:
            answer = self.http("GET", f"/api/requests/{quote(rq_id, safe='')}")
            assert answer.status == 200, answer.data
            request = answer.json()
            return request if request["status"] in ("finished", "failed") else None

        return eventually(f"{rq_id} ends", probe, seconds)

    def cli(self, *arguments: object, check: bool = True, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """The official command line, in a home of its own."""
        command = [ROOT / ".venv/bin/cvat-cli", "--auth", ADMIN[0], "--server-host", self.url]
        home = self.data.with_suffix(".home")
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [str(part) for part in (*command, *arguments)],
            capture_output=True,
            text=True,
            timeout=180,
            cwd=cwd,
            env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "PASS": ADMIN[1]},
        )
        assert not check or done.returncode == 0, f"{arguments} failed ({done.returncode}):\n{done.stdout}\n{done.stderr}\n{self.output()[-2000:]}"
        return done

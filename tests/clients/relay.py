"""A server in front of another one, such as the product or a bucket, that writes down what passes and refuses what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

HOP = {"connection", "transfer-encoding", "keep-alive", "date", "server"}


@dataclass
class Call:
    """One request as it arrived, and the status of its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def upload(self) -> str:
        """The names of the upload headers, those that say what a data call is."""
        return " ".join(name for name in self.headers if name.startswith("upload-"))


class Relay:
    """Passes every call on to a server and keeps it in `calls`; those that `refuses` picks, by method and path, are answered with 403."""

    def __init__(self, url: str):
        self.calls: list[Call] = []
        self.refuses: Callable[[str, str], bool] = lambda method, path: False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if outer.refuses(self.command, self.path):
                    self.send_response(403)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                options = {"body": body, "headers": dict(self.headers), "retries": False, "redirect": False, "decode_content": False, "timeout": 60}
                reply = urllib3.request(self.command, url + self.path, **options)
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.calls.append(Call(self.command, self.path, headers, body, reply.status))
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    if name.lower() not in HOP | {"content-length"}:
                        self.send_header(name, value)
                if reply.status != 204:
                    length = reply.headers.get("Content-Length") if self.command == "HEAD" else None
                    self.send_header("Content-Length", length or str(len(reply.data)))
                self.end_headers()
                self.wfile.write(reply.data)

            do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def data_calls(self) -> list[Call]:
        """Those of `/api/tasks/{id}/data/` that send."""
        return [call for call in self.calls if call.method == "POST" and call.path.rstrip("/").endswith("/data")]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

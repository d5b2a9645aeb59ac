"""A web server on loopback that files are downloaded from: it continues, stalls, breaks off, redirects and refuses as a test wants it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Send = Callable[[BaseHTTPRequestHandler, bytes], None]


class Origin:
    """Serves bytes by path. `requests` keeps the path and `Range` of every call; `ways` holds a way of its own for a path."""

    def __init__(self, address: str = "127.0.0.1"):
        self.files: dict[str, bytes] = {}
        self.ways: dict[str, Send] = {}
        self.requests: list[tuple[str, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append((self.path, self.headers.get("Range")))
                path = self.path.partition("?")[0]
                if way := outer.ways.get(path):
                    way(self, outer.files.get(path, b""))
                elif path in outer.files:
                    ranged(self, outer.files[path])
                else:
                    status(404)(self, b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{self.server.server_address[0]}:{self.server.server_port}"

    def ranges(self, path: str) -> list[str | None]:
        return [given for called, given in self.requests if called.partition("?")[0] == path]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def head(handler: BaseHTTPRequestHandler, content: bytes, etag: str = '"v1"') -> bytes:
    """Sends the headers of a whole or partial answer; returns what belongs behind them."""
    given = handler.headers.get("Range")
    start = int(given.removeprefix("bytes=").removesuffix("-")) if given and handler.headers.get("If-Range") == etag else 0
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    handler.send_header("ETag", etag)
    handler.send_header("Accept-Ranges", "bytes")
    handler.send_header("Content-Length", str(len(content) - start))
    handler.end_headers()
    return content[start:]


def ranged(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.wfile.write(head(handler, content))


def status(code: int, **headers: str) -> Send:
    def send(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send


def broken(at: int, **options: str) -> Send:
    """Sends at most `at` bytes of what was announced, then hangs up."""

    def send(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        handler.wfile.write(head(handler, content, **options)[:at])
        handler.wfile.flush()
        handler.close_connection = True
        handler.connection.close()

    return send


def held(at: int, going: threading.Event) -> Send:
    """Sends the first `at` bytes and holds the rest back until `going` is set."""

    def send(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        rest = head(handler, content)
        try:
            handler.wfile.write(rest[:at])
            handler.wfile.flush()
            going.wait(120)
            handler.wfile.write(rest[at:])
        except OSError:
            pass  # the server was killed meanwhile

    return send

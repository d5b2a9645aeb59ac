"""A server between a client and the product that writes down what passes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

from product import Product

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
    """Passes every call on to a product and keeps it in `calls`."""

    def __init__(self, product: Product):
        self.calls: list[Call] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                options = {"body": body, "headers": dict(self.headers), "retries": False, "redirect": False, "decode_content": False, "timeout": 60}
                reply = urllib3.request(self.command, product.url + self.path, **options)
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.calls.append(Call(self.command, self.path, headers, body, reply.status))
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    if name.lower() not in HOP | {"content-length"}:
                        self.send_header(name, value)
                if reply.status != 204:
                    self.send_header("Content-Length", str(len(reply.data)))
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

"""The upload protocols by hand: what the official client sends, one request at a time."""

from __future__ import annotations

import base64
import socket
from urllib.parse import urlsplit

import urllib3
from cvat_sdk.core.client import Client

from product import ADMIN, Product

MIB = 1 << 20
PIECE = 10 * MIB


def new_task(client: Client, name: str = "upload") -> int:
    return client.tasks.create({"name": name, "labels": [{"name": "a"}]}).id


def tus_headers(length: int, name: str) -> dict[str, str]:
    metadata = f"filename {base64.b64encode(name.encode()).decode()}"
    return {"Tus-Resumable": "1.0.0", "Upload-Length": str(length), "Upload-Metadata": metadata}


def tus_create(product: Product, task: int, length: int, name: str) -> str:
    answer = product.http("POST", f"/api/tasks/{task}/data/", headers=tus_headers(length, name))
    assert answer.status == 201, answer.data
    assert answer.headers["Upload-Filename"] == name
    assert answer.headers["Location"].startswith(product.url)
    return answer.headers["Location"]


def tus_piece(product: Product, location: str, offset: int, body: bytes) -> urllib3.BaseHTTPResponse:
    headers = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    return product.http("PATCH", location, headers=headers, body=body)


def tus_offset(product: Product, location: str) -> int:
    answer = product.http("HEAD", location, headers={"Tus-Resumable": "1.0.0"})
    assert answer.status == 200
    return int(answer.headers["Upload-Offset"])


def break_off(location: str, offset: int, announced: int, sent: bytes) -> None:
    """Announces a piece, sends a part of it and cuts the connection, as a lost network does."""
    target = urlsplit(location)
    basic = urllib3.make_headers(basic_auth=":".join(ADMIN))["authorization"]
    head = (
        f"PATCH {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\nAuthorization: {basic}\r\nTus-Resumable: 1.0.0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {announced}\r\n\r\n"
    )
    with socket.create_connection((target.hostname, target.port)) as connection:
        connection.sendall(head.encode() + sent)


def finish(product: Product, task: int, **body) -> dict:
    """Upload-Finish, then the request's last state."""
    answer = product.http("POST", f"/api/tasks/{task}/data/", headers={"Upload-Finish": ""}, json={"image_quality": 70, **body})
    assert answer.status == 202, answer.data
    return product.finished(answer.json()["rq_id"])


def upload(product: Product, task: int, files: dict[str, bytes], **body) -> dict:
    """Bulk upload of files by name; returns the request's last state."""
    fields = {f"client_files[{index}]": (name, content) for index, (name, content) in enumerate(files.items())}
    answer = product.http("POST", f"/api/tasks/{task}/data/", headers={"Upload-Multiple": ""}, fields={"image_quality": "70", **fields})
    assert answer.status == 200, answer.data
    return finish(product, task, **body)


def refusal(product: Product, task: int, files: dict[str, bytes], **body) -> str:
    """What the request says that fails because of files or parameters."""
    request = upload(product, task, files, **body)
    assert request["status"] == "failed", request
    assert request["progress"] is None or isinstance(request["progress"], (int, float))
    return request["message"]


def made_of(product: Product, client: Client, files: dict[str, bytes], **body) -> dict:
    """A task of files, as the server shows it."""
    task = new_task(client)
    request = upload(product, task, files, **body)
    assert request["status"] == "finished", request["message"]
    return product.http("GET", f"/api/tasks/{task}").json()


def segments_of(product: Product, task: int) -> list[tuple[int, int]]:
    jobs = product.http("GET", f"/api/jobs?task_id={task}&type=annotation&page_size=100").json()["results"]
    return [(job["start_frame"], job["stop_frame"]) for job in sorted(jobs, key=lambda job: job["id"])]

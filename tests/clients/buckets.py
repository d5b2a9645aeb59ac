"""Servers with buckets for tests: S3 (moto), Google Cloud Storage (its emulator) and Azure Blob Storage (Azurite, where npm has brought it)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlencode

import urllib3
from cvat_sdk import models
from cvat_sdk.core.client import Client
from PIL import Image

from product import ROOT, eventually, free_port

AZURITE = ROOT / "tests/Compliance/node_modules/azurite/dist/src/azurite.js"
BIN = Path(sys.executable).parent


class Bucket:
    """A bucket `pictures` on a server of its own; `registration` is what the product is told of it."""

    name = "pictures"
    knows_versions = True
    process: subprocess.Popen | None = None

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, *command: object) -> None:
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

        def answers() -> bool:
            try:
                urllib3.request("GET", self.url, retries=False, timeout=5)
                return True
            except urllib3.exceptions.HTTPError:
                return False

        eventually(f"{command[0]} answers", answers)

    def stop(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def call(self, method: str, path: str, **options) -> urllib3.BaseHTTPResponse:
        # The emulators drop connections now and then.
        retries = urllib3.Retry(5, allowed_methods=None, redirect=False, status=0, backoff_factor=0.05)
        answer = urllib3.request(method, self.url + path, retries=retries, timeout=30, **options)
        assert answer.status < 300 or (answer.status == 404 and method == "GET"), (method, path, answer.status, answer.data[:300])
        return answer

    def put(self, key: str, content: bytes) -> None:
        raise NotImplementedError

    def get(self, key: str) -> bytes | None:
        raise NotImplementedError

    def delete(self, key: str) -> None:
        raise NotImplementedError

    def registration(self, **fields) -> dict:
        return {"resource": self.name, "display_name": f"{type(self).__name__} bucket", **fields}


class S3(Bucket):
    KEY, SECRET = "AKIAEXAMPLEKEY", "an-s3-secret-that-nobody-sees"

    def __init__(self) -> None:
        super().__init__()
        self.start(BIN / "moto_server", "-H", "127.0.0.1", "-p", self.port)
        self.call("PUT", f"/{self.name}", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        # moto takes any signature.
        return {"Authorization": f"AWS4-HMAC-SHA256 Credential={self.KEY}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"}

    def put(self, key: str, content: bytes) -> None:
        self.call("PUT", f"/{self.name}/{quote(key)}", body=content, headers=self._headers())

    def get(self, key: str) -> bytes | None:
        answer = self.call("GET", f"/{self.name}/{quote(key)}", headers=self._headers())
        return answer.data if answer.status == 200 else None

    def delete(self, key: str) -> None:
        self.call("DELETE", f"/{self.name}/{quote(key)}", headers=self._headers())

    def registration(self, *, prefix: str = "", **fields) -> dict:
        return super().registration(
            **{
                "provider_type": "AWS_S3_BUCKET",
                "credentials_type": "KEY_SECRET_KEY_PAIR",
                "key": self.KEY,
                "secret_key": self.SECRET,
                "specific_attributes": urlencode({"endpoint_url": self.url, "region": "us-east-1", **({"prefix": prefix} if prefix else {})}),
                **fields,
            }
        )


class Google(Bucket):
    knows_versions = False  # only the emulator: it answers conditional calls as if they had no condition

    def __init__(self) -> None:
        super().__init__()
        self.start(BIN / "gcp-storage-emulator", "start", "--host", "127.0.0.1", "--port", self.port, "--in-memory", "--quiet")
        self.call("POST", "/storage/v1/b?project=test", body=json.dumps({"name": self.name}), headers={"Content-Type": "application/json"})

    def put(self, key: str, content: bytes) -> None:
        path = f"/upload/storage/v1/b/{self.name}/o?uploadType=media&name={quote(key, safe='')}"
        self.call("POST", path, body=content, headers={"Content-Type": "application/octet-stream"})

    def get(self, key: str) -> bytes | None:
        answer = self.call("GET", f"/storage/v1/b/{self.name}/o/{quote(key, safe='')}?alt=media")
        return answer.data if answer.status == 200 else None

    def delete(self, key: str) -> None:
        self.call("DELETE", f"/storage/v1/b/{self.name}/o/{quote(key, safe='')}")

    def registration(self, *, prefix: str = "", **fields) -> dict:
        attributes = {"specific_attributes": urlencode({"prefix": prefix})} if prefix else {}
        return super().registration(**{"provider_type": "GOOGLE_CLOUD_STORAGE", "credentials_type": "ANONYMOUS_ACCESS", **attributes, **fields})


class Azure(Bucket):
    # The emulator's published account; its key is no secret.
    ACCOUNT = "devstoreaccount1"
    KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

    def __init__(self) -> None:
        super().__init__()
        options = ["--silent", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", self.port]
        for service in ("queue", "table"):
            options += [f"--{service}Port", free_port()]
        self.start("node", AZURITE, *options)
        self.token = self._token()
        self._call("PUT", f"/{self.name}?restype=container")

    def _token(self) -> str:
        """A shared access signature of the account."""
        version, expiry = "2021-06-08", "2040-01-01T00:00:00Z"
        text = "\n".join([self.ACCOUNT, "rwdlac", "b", "sco", "", expiry, "", "", version, "", ""])
        signature = base64.b64encode(hmac.new(base64.b64decode(self.KEY), text.encode(), hashlib.sha256).digest()).decode()
        return urlencode({"sv": version, "ss": "b", "srt": "sco", "sp": "rwdlac", "se": expiry, "sig": signature})

    def _call(self, method: str, path: str, **options) -> urllib3.BaseHTTPResponse:
        return self.call(method, f"/{self.ACCOUNT}{path}{'&' if '?' in path else '?'}{self.token}", **options)

    def put(self, key: str, content: bytes) -> None:
        self._call("PUT", f"/{self.name}/{quote(key)}", body=content, headers={"x-ms-blob-type": "BlockBlob"})

    def get(self, key: str) -> bytes | None:
        answer = self._call("GET", f"/{self.name}/{quote(key)}")
        return answer.data if answer.status == 200 else None

    def delete(self, key: str) -> None:
        self._call("DELETE", f"/{self.name}/{quote(key)}")

    def registration(self, *, prefix: str = "", **fields) -> dict:
        return super().registration(
            **{
                "provider_type": "AZURE_CONTAINER",
                "credentials_type": "ACCOUNT_NAME_TOKEN_PAIR",
                "account_name": self.ACCOUNT,
                "session_token": self.token,
                **({"specific_attributes": urlencode({"prefix": prefix})} if prefix else {}),
                **fields,
            }
        )


def register(client: Client, registration: dict, **fields) -> models.CloudStorageRead:
    """Tells the product of a bucket."""
    return client.api_client.cloudstorages_api.create(models.CloudStorageWriteRequest(**{**registration, **fields}))[0]


def picture(width: int, height: int) -> bytes:
    content = BytesIO()
    Image.new("RGB", (width, height), (width % 256, height % 256, 90)).save(content, "png")
    return content.getvalue()


def manifest(*entries: dict) -> bytes:
    return "\n".join(json.dumps(line) for line in ({"version": "1.1"}, {"type": "images"}, *entries)).encode() + b"\n"

"""One product for the whole session, and what most tests begin with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task

import pictures
from buckets import AZURITE, S3, Azure, Bucket, Google
from product import Product
from validating import POOL

LABELS = [
    {
        "name": "car",
        "attributes": [
            {"name": "hue", "mutable": False, "input_type": "select", "default_value": "red", "values": ["red", "blue"]},
            {"name": "speed", "mutable": True, "input_type": "number", "default_value": "0", "values": ["0", "200", "1"]},
        ],
    },
    {"name": "person"},
    {
        "name": "body",
        "type": "skeleton",
        "svg": '<circle r="1.5" cx="20" cy="20" data-type="element node" data-element-id="1" data-node-id="1" data-label-name="head"></circle>'
        '<circle r="1.5" cx="20" cy="60" data-type="element node" data-element-id="2" data-node-id="2" data-label-name="foot"></circle>',
        "sublabels": [{"name": "head", "type": "points"}, {"name": "foot", "type": "points"}],
    },
]


def pytest_report_header() -> str:
    real = pictures.PHOTOS.is_dir()
    return "photos: " + (str(pictures.PHOTOS) if real else "made ones, because ../shared/data is not beside the checkout")


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("product") / "data")
    if url := os.environ.get("CVATSERVERLESS_TEST_URL"):
        product.url = url  # a product that runs already, such as the real Functions host
    else:
        product.start()
    yield product
    if product.process:
        product.stop()


@pytest.fixture
def own_product(tmp_path: Path) -> Iterator[Product]:
    """A product that a test may kill."""
    product = Product(tmp_path / "data").start()
    yield product
    if product.process:
        product.kill()


@pytest.fixture(scope="session")
def client(product: Product) -> Iterator[Client]:
    with product.client() as client:
        yield client


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return pictures.photos(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="session")
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Eight small pictures."""
    folder = tmp_path_factory.mktemp("frames")
    return [pictures.noise(folder / f"{index}.png", 64, 48, index) for index in range(8)]


@pytest.fixture
def make_task(client: Client, frames: list[Path]) -> Iterator[Callable[..., Task]]:
    """Makes tasks of eight small pictures; they go when the test ends."""
    made: list[Task] = []

    def make(name: str = "a task", resources: list[Path] | None = None, data: dict | None = None, **spec) -> Task:
        task = client.tasks.create_from_data(
            spec={"name": name, "labels": LABELS, **spec}, resources=resources or frames, data_params={"image_quality": 70, **(data or {})}
        )
        made.append(task)
        return task

    yield make
    client.tasks.remove_by_ids([task.id for task in made])


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twelve small pictures, each of another size."""
    folder = tmp_path_factory.mktemp("many")
    return [pictures.noise(folder / f"{index:02}.png", 40 + index, 30, index) for index in range(12)]


@pytest.fixture
def make_pool(make_task: Callable[..., Task], many: list[Path]) -> Callable[..., Task]:
    """Makes tasks of eight regular frames in two jobs, with two honeypots each, and a pool of four: 16 frames."""

    def make(resources: list[Path] | None = None, params: dict | None = None, data: dict | None = None, **spec) -> Task:
        data = {"sorting_method": "random", "chunk_size": 4, "validation_params": params or POOL, **(data or {})}
        return make_task(resources=resources or many, segment_size=4, data=data, **spec)

    return make


@pytest.fixture(scope="session")
def buckets() -> Iterator[dict[str, Bucket]]:
    """A bucket at each provider; Azure's only where npm has brought its emulator."""
    made: dict[str, Bucket] = {"S3": S3(), "Google": Google()}
    if AZURITE.exists():
        made["Azure"] = Azure()
    yield made
    for bucket in made.values():
        bucket.stop()


@pytest.fixture(params=["S3", "Google", "Azure"])
def bucket(request: pytest.FixtureRequest, buckets: dict[str, Bucket]) -> Bucket:
    if request.param not in buckets:
        pytest.skip("Azurite is not in tests/Compliance/node_modules")
    return buckets[request.param]


@pytest.fixture(scope="session")
def s3(buckets: dict[str, Bucket]) -> S3:
    return buckets["S3"]


@pytest.fixture(scope="session")
def cloud_settings(buckets: dict[str, Bucket]) -> dict[str, str]:
    """What a product must be told so that it finds the buckets."""
    azure = buckets.get("Azure")
    return {
        "CVATSERVERLESS_OUTBOUND_ALLOW": "127.0.0.0/8",
        "CVATSERVERLESS_REGISTRATION": "open",
        "STORAGE_EMULATOR_HOST": buckets["Google"].url,
        "CVATSERVERLESS_AZURE_BLOB_ENDPOINT": f"{azure.url}/{{account}}" if azure else "",
    }


@pytest.fixture(scope="session")
def cloud_product(tmp_path_factory: pytest.TempPathFactory, cloud_settings: dict[str, str]) -> Iterator[Product]:
    """A product that may go to the buckets."""
    product = Product(tmp_path_factory.mktemp("cloud") / "data", **cloud_settings).start()
    yield product
    product.stop()


@pytest.fixture(scope="session")
def cloud_client(cloud_product: Product) -> Iterator[Client]:
    with cloud_product.client() as client:
        yield client

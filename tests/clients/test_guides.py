"""Guides and their assets with the official client."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from cvat_sdk import models
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.exceptions import ApiException
from PIL import Image

import pictures
from product import Product


def test_guide_of_a_task_with_a_picture(client: Client, product: Product, make_task: Callable[..., Task], tmp_path: Path):
    task = make_task()
    guides, assets = client.api_client.guides_api, client.api_client.assets_api
    guide, _ = guides.create(annotation_guide_write_request=models.AnnotationGuideWriteRequest(task_id=task.id, markdown="# How to\n"))
    picture = pictures.noise(tmp_path / "large.png", 2400, 600, 1)

    with open(picture, "rb") as file:
        asset, _ = assets.create(file=file, guide_id=guide.id)
    guides.partial_update(guide.id, patched_annotation_guide_write_request=models.PatchedAnnotationGuideWriteRequest(markdown=f"![x](/api/assets/{asset.uuid})"))

    task.fetch()
    assert task.guide_id == guide.id
    assert task.get_jobs()[0].guide_id == guide.id
    assert asset.filename == "large.png"
    answer = product.http("GET", f"/api/assets/{asset.uuid}")
    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.data)).size == (1920, 480)

    guides.partial_update(guide.id, patched_annotation_guide_write_request=models.PatchedAnnotationGuideWriteRequest(markdown="nothing"))
    assert product.http("GET", f"/api/assets/{asset.uuid}").status == 404
    guides.destroy(guide.id)
    task.fetch()
    assert task.guide_id is None


def test_a_target_has_one_guide(client: Client, make_task: Callable[..., Task]):
    task = make_task()
    client.api_client.guides_api.create(annotation_guide_write_request=models.AnnotationGuideWriteRequest(task_id=task.id))

    with pytest.raises(ApiException) as refused:
        client.api_client.guides_api.create(annotation_guide_write_request=models.AnnotationGuideWriteRequest(task_id=task.id))

    assert refused.value.status == 400

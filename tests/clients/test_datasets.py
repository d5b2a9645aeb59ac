"""`cvat_sdk.datasets.TaskDataset`: chunks, their order and their cache."""

from __future__ import annotations

import numpy as np
import pytest
from cvat_sdk import models
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.datasets import MediaDownloadPolicy, TaskDataset
from PIL import Image


@pytest.fixture
def task(client, make_task, tmp_path) -> Task:
    client.config.cache_dir = tmp_path
    task = make_task(data={"chunk_size": 3})
    label = task.get_labels()[1].id
    task.set_annotations(models.LabeledDataRequest(tags=[models.LabeledImageRequest(label_id=label, frame=4)]))
    return task


@pytest.mark.parametrize("policy", list(MediaDownloadPolicy))
def test_task_dataset_loads_every_frame_in_order(client, task: Task, frames, policy):
    """contract-data.md §8.4, policies."""
    dataset = TaskDataset(client, task.id, media_download_policy=policy)

    assert [sample.frame_name for sample in dataset.samples] == [frame.name for frame in frames]
    for sample, frame in zip(dataset.samples, frames):
        with Image.open(frame) as original:
            assert np.array_equal(np.asarray(sample.media.load_image()), np.asarray(original))
    assert [len(sample.annotations.tags) for sample in dataset.samples] == [0, 0, 0, 0, 1, 0, 0, 0]


def test_task_dataset_leaves_out_deleted_frames(client, task: Task):
    """contract-data.md §8.4, deleted_frames; trap 12."""
    task.remove_frames_by_ids([0, 4])

    dataset = TaskDataset(client, task.id)

    assert [sample.frame_index for sample in dataset.samples] == [1, 2, 3, 5, 6, 7]


def test_preview_is_a_small_jpeg(task: Task):
    """contract-data.md §3.7."""
    with Image.open(task.get_preview()) as preview:
        assert preview.format == "JPEG" and max(preview.size) <= 256


def test_frame_selection_takes_start_stop_and_step(make_task, frames):
    """contract-data.md §2.1."""
    task = make_task(data={"start_frame": 1, "stop_frame": 6, "frame_step": 2})

    assert [frame.name for frame in task.get_frames_info()] == [frames[index].name for index in (1, 3, 5)]
    meta = task.get_meta()
    assert (task.size, meta.start_frame, meta.stop_frame) == (3, 1, 5)


def test_sorting_natural_and_predefined_follow_the_rules(make_task, frames, tmp_path):
    """contract-data.md §2.5; trap 19."""
    names = ["a10.png", "a2.png", "A1.png"]
    files = [tmp_path / name for name in names]
    for file, source in zip(files, frames):
        file.write_bytes(source.read_bytes())

    def order(method: str) -> list[str]:
        return [frame.name for frame in make_task(resources=files, data={"sorting_method": method}).get_frames_info()]

    assert order("lexicographical") == ["A1.png", "a10.png", "a2.png"]
    assert order("natural") == ["A1.png", "a2.png", "a10.png"]
    assert order("predefined") == names

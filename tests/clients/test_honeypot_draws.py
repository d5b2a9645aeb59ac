"""Other pictures for honeypots: by hand, at random, and what becomes of annotations; also when the process dies in the middle."""

from __future__ import annotations

import json
import socket
import zipfile
from pathlib import Path

import pytest
import urllib3
from cvat_sdk.core.proxies.tasks import Task

import pictures
from product import ADMIN, Product, eventually
from validating import check_pictures, chunk, jobs_of, layout_of, names_of, new_many, send


@pytest.mark.parametrize("use_cache", [False, True])
def test_a_draw_by_hand_changes_pictures_names_and_chunks(product: Product, make_pool, many: list[Path], use_cache: bool):
    task: Task = make_pool(data={"use_cache": use_cache})
    before = product.http("GET", f"/api/tasks/{task.id}/data/meta").json()
    old = layout_of(product, task)
    compressed = [chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=compressed&number={k}") for k in range(4)]
    check_pictures(product, task, many)
    wanted = [15, 14, *old["honeypot_real_frames"][2:]] if old["honeypot_real_frames"][:2] != [15, 14] else [12, 13, *old["honeypot_real_frames"][2:]]

    drawn = send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", {"frame_selection_method": "manual", "honeypot_real_frames": wanted})

    assert drawn["honeypot_real_frames"] == wanted and drawn["honeypot_frames"] == old["honeypot_frames"]
    assert product.http("GET", f"/api/tasks/{task.id}/data/meta").json()["chunks_updated_date"] > before["chunks_updated_date"]
    check_pictures(product, task, many)
    assert [chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=compressed&number={k}") for k in range(4)] != compressed
    send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", {"frame_selection_method": "manual", "honeypot_real_frames": old["honeypot_real_frames"]})
    assert [chunk(product, f"/api/tasks/{task.id}/data/?type=chunk&quality=compressed&number={k}") for k in range(4)] == compressed


def test_context_images_follow_the_picture(product: Product, make_pool, many: list[Path], tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for index, file in enumerate(many):
            archive.write(file, file.name)
            context = pictures.noise(tmp_path / f"context_{file.name}", 10 + index, 10, index)
            archive.write(context, f"related_images/{file.stem}_png/context.png")
    task: Task = make_pool(resources=[tmp_path / "many.zip"])
    draw = {"frame_selection_method": "manual", "honeypot_real_frames": [12, 13, 13, 12]}
    layout = send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", draw)

    def context_of(frame: int) -> list[bytes]:
        return chunk(product, f"/api/tasks/{task.id}/data/?type=context_image&number={frame}")

    frames = product.http("GET", f"/api/tasks/{task.id}/data/meta").json()["frames"]
    assert {frame["related_files"] for frame in frames} == {1}
    for honeypot, real in zip(layout["honeypot_frames"], layout["honeypot_real_frames"]):
        assert context_of(honeypot) == context_of(real) != context_of(14)


def test_a_random_draw_for_one_job_leaves_the_other(product: Product, make_pool, many: list[Path]):
    task: Task = make_pool()
    first, second = jobs_of(product, task, "annotation")
    before = layout_of(product, task)["honeypot_real_frames"]

    path = f"/api/jobs/{first['id']}/validation_layout"
    drawn = [tuple(send(product, "PATCH", path, {"frame_selection_method": "random_uniform"})["honeypot_real_frames"]) for _ in range(4)]

    assert all(len(set(real)) == 2 and set(real) <= {12, 13, 14, 15} for real in drawn)
    assert layout_of(product, task)["honeypot_real_frames"] == [*drawn[-1], *before[2:]]
    check_pictures(product, task, many)
    assert send(product, "PATCH", f"/api/jobs/{second['id']}/validation_layout", {}, 400) == {"frame_selection_method": ["This field is required."]}


def test_a_draw_clears_what_was_drawn_on_the_old_pictures(product: Product, make_pool):
    task: Task = make_pool(consensus_replicas=2)
    layout = layout_of(product, task)
    honeypots, label = layout["honeypot_frames"], task.get_labels()[0].id
    [first, _] = jobs_of(product, task, "annotation")
    replica = next(job for job in jobs_of(product, task, "replica") if job["parent_job_id"] == first["id"])
    boxes = [{"type": "rectangle", "label_id": label, "frame": frame, "points": [1, 1, 9, 9]} for frame in range(6)]
    for job in (first, replica):
        send(product, "PUT", f"/api/jobs/{job['id']}/annotations", {"shapes": boxes, "tags": [{"label_id": label, "frame": honeypots[0]}]})
    send(product, "PATCH", f"/api/tasks/{task.id}/data/meta", {"deleted_frames": [0, honeypots[0]] if honeypots[0] else [0]})
    real = layout["honeypot_real_frames"]
    other = next(frame for frame in (12, 13, 14, 15) if frame not in real[:2])

    send(product, "PATCH", f"/api/jobs/{first['id']}/validation_layout", {"frame_selection_method": "manual", "honeypot_real_frames": [other, real[1]]})

    for job in (first, replica):
        kept = product.http("GET", f"/api/jobs/{job['id']}/annotations").json()
        assert [shape["frame"] for shape in kept["shapes"]] == [frame for frame in range(6) if frame != honeypots[0]] and not kept["tags"]
    assert honeypots[0] not in product.http("GET", f"/api/tasks/{task.id}/data/meta").json()["deleted_frames"]
    assert product.http("GET", f"/api/jobs/{first['id']}").json()["updated_date"] > first["updated_date"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"frame_selection_method": "manual", "honeypot_real_frames": [12]}, "number of honeypots must remain the same"),
        ({"frame_selection_method": "manual", "honeypot_real_frames": [0, 12, 13, 14]}, "frames 0 are not from the validation pool"),
        ({"frame_selection_method": "manual"}, "This field is required."),
        ({"frame_selection_method": "random_per_job"}, "is not a valid choice"),
        ({"disabled_frames": [0]}, "Unknown validation frames"),
    ],
)
def test_a_bad_layout_changes_nothing(product: Product, make_pool, body: dict, message: str):
    task: Task = make_pool()
    before = layout_of(product, task)
    assert message in json.dumps(send(product, "PATCH", f"/api/tasks/{task.id}/validation_layout", body, 400))
    assert layout_of(product, task) == before


def test_a_draw_goes_on_after_a_kill_in_its_middle(own_product: Product, tmp_path: Path):
    product = own_product
    params = {"mode": "gt_pool", "frame_selection_method": "random_uniform", "frame_count": 2, "frames_per_job_count": 1, "random_seed": 1}
    task = new_many(product, tmp_path, 122, segment_size=2, data={"sorting_method": "random", "validation_params": params})
    layout, label = layout_of(product, task), task.get_labels()[0].id
    [first, last] = layout["validation_frames"]
    boxes = [{"type": "rectangle", "label_id": label, "frame": frame, "points": [1, 1, 9, 9]} for frame in range(first)]
    honeypots = layout["honeypot_frames"]
    for job in jobs_of(product, task, "annotation"):
        own = [box for box in boxes if job["start_frame"] <= box["frame"] <= job["stop_frame"]]
        send(product, "PUT", f"/api/jobs/{job['id']}/annotations", {"shapes": own})
    wanted = [first + last - real for real in layout["honeypot_real_frames"]]
    body = json.dumps({"frame_selection_method": "manual", "honeypot_real_frames": wanted})
    with socket.create_connection(("127.0.0.1", product.port)) as raw:
        basic = urllib3.make_headers(basic_auth=":".join(ADMIN))["authorization"]
        head = f"PATCH /api/tasks/{task.id}/validation_layout HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {basic}\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        eventually("it is decided", lambda: layout_of(product, task)["honeypot_real_frames"] == wanted, 30)
        product.kill()

    product.start()

    def left() -> list[int]:
        jobs = jobs_of(product, task, "annotation")
        return [shape["frame"] for job in jobs for shape in product.http("GET", f"/api/jobs/{job['id']}/annotations").json()["shapes"]]

    assert left() == [frame for frame in range(first) if frame not in honeypots]
    names = names_of(product, task)
    assert all(names[honeypot] == names[real] for honeypot, real in zip(honeypots, wanted))

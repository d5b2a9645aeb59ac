"""Requests made from the served OpenAPI document, valid and not: no server error, and every answer has its schema."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from product import ADMIN, ROOT, Product

# Objects that exist are what most calls should be about.
CONFIG = """
[dictionaries.ids]
values = [1, 2, 3, 4, 999]

[parameters]
"path.id" = { dictionary = "ids", probability = 0.9 }

# What isn't built yet says so; it stands in the dated list.
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 501]
"""

# What would sign the fuzzer out, or take its account or its right to it away.
SUICIDAL = {"auth_create_logout", "auth_create_password_change", "users_destroy", "users_partial_update"}

# What would call the clouds.
OUTGOING = {"cloudstorages_create"}


def unfinished() -> set[str]:
    lines = (ROOT / "functions/Api/NotImplemented/operations.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


def fuzz(product: Product, folder: Path, *options: object, without: set[str]) -> None:
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    excluded = [part for operation in sorted(without) for part in ("--exclude-operation-id", operation)]
    command = [
        *(ROOT / ".venv/bin/schemathesis", "--config-file", config, "run", f"{product.url}/api/schema/?scheme=json", "--auth", ":".join(ADMIN[:2])),
        *("--checks", "not_a_server_error,response_schema_conformance", "--seed", 1, "--continue-on-failure", "--suppress-health-check", "all"),
        *("--warnings", "off", "--generation-database", "none", *options, *excluded),
    ]
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, timeout=600, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 0, f"{done.stdout[-12000:]}\n{done.stderr[-2000:]}\n{product.output()[-2000:]}"


def test_no_request_is_too_strange(own_product: Product, frames: list[Path], tmp_path: Path):
    with own_product.client() as client:
        for name in ("first", "second", "third"):
            client.tasks.create_from_data({"name": name, "labels": [{"name": "a"}]}, frames[:4])
        client.projects.create({"name": "project", "labels": [{"name": "x"}]})

    without = unfinished() | SUICIDAL | OUTGOING
    removals = {name for name in operations(own_product) if "destroy" in name}
    fuzz(own_product, tmp_path, "--phases", "coverage,fuzzing", "--max-examples", 4, without=without | (removals & operations(own_product)))
    fuzz(own_product, tmp_path, "--phases", "fuzzing", "--max-examples", 4, without=without | (operations(own_product) - removals))

    assert own_product.http("GET", "/api/server/about", auth=None).status == 200


def operations(product: Product) -> set[str]:
    paths = product.http("GET", "/api/schema/?scheme=json").json()["paths"]
    return {operation["operationId"] for path in paths.values() for operation in path.values() if isinstance(operation, dict) and "operationId" in operation}

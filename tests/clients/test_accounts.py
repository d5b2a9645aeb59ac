"""Accounts as the official client and command line use them: profiles by access token, passwords, mailed links, flags and settings."""

from __future__ import annotations

import email
import email.policy
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cvat_sdk import make_client, models
from cvat_sdk.api_client import exceptions
from cvat_sdk.core.client import AccessTokenCredentials, Client

from product import ADMIN, ROOT, Product, eventually

PASSWORD, NEW_PASSWORD = "annabel-correct-horse", "annabel-battery-staple"


@pytest.fixture
def open_product(tmp_path: Path) -> Iterator[Product]:
    """Anybody may register here."""
    product = Product(tmp_path / "data", CVATSERVERLESS_REGISTRATION="open").start()
    body = {"username": "annabel", "email": "annabel@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert product.http("POST", "/api/auth/register", auth=None, json=body).status == 201
    yield product
    product.stop()


def cli(product: Product, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line without a password: all it has is a profile."""
    return subprocess.run(
        [str(ROOT / ".venv/bin/cvat-cli"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_CONFIG_HOME": str(home)},
    )


def test_profile_of_the_command_line_takes_an_access_token(product: Product, client: Client, tmp_path: Path):
    token, _ = client.api_client.auth_api.create_access_tokens(models.AccessTokenWriteRequest(name="command line", read_only=False))

    made = cli(product, tmp_path, "--server-host", product.url, "profile", "create", token.value, "--set-default")
    listed = cli(product, tmp_path, "profile", "list")
    tasks = cli(product, tmp_path, "task", "ls", "--json")

    assert made.returncode == 0, made.stderr
    assert "command line" in listed.stdout or "command" in listed.stdout, listed.stdout
    assert tasks.returncode == 0, tasks.stderr
    assert isinstance(json.loads(tasks.stdout), list)
    client.api_client.auth_api.destroy_access_tokens(token.id)
    assert cli(product, tmp_path, "task", "ls", "--json").returncode != 0


def test_access_tokens_through_the_client(product: Product, client: Client):
    auth = client.api_client.auth_api
    token, _ = auth.create_access_tokens(models.AccessTokenWriteRequest(name="first", read_only=False))
    changed, _ = auth.partial_update_access_tokens(token.id, patched_access_token_write_request=models.PatchedAccessTokenWriteRequest(name="second"))
    page, _ = auth.list_access_tokens(name="second")

    assert changed.name == "second" and not hasattr(changed, "value")
    assert [found.id for found in page.results] == [token.id]
    with make_client(product.url, credentials=AccessTokenCredentials(token.value)) as bearer:
        own, _ = bearer.api_client.auth_api.retrieve_access_tokens_self()
        assert own.id == token.id and own.last_used_date is not None
        with pytest.raises(exceptions.ForbiddenException):
            bearer.api_client.auth_api.create_access_tokens(models.AccessTokenWriteRequest(name="third"))
        with pytest.raises(exceptions.UnauthorizedException):  # the client shows no token there, because the contract has none
            bearer.api_client.auth_api.create_password_change(
                models.PasswordChangeRequest(old_password=ADMIN[1], new_password1=NEW_PASSWORD, new_password2=NEW_PASSWORD)
            )
    auth.destroy_access_tokens(token.id)


def test_growth_flags_through_the_client(client: Client):
    api = client.api_client.growth_api
    page, _ = api.list()

    (row,) = page.results
    changed, _ = api.partial_update(str(row.id), patched_user_growth_data_request=models.PatchedUserGrowthDataRequest(github_prompt_shown=True))
    read, _ = api.retrieve(str(row.id))

    assert row.owner.username == ADMIN[0]
    assert changed.github_prompt_shown and read.github_prompt_shown and not read.github_prompt_enabled


def test_profile_keys_of_a_user_through_the_client(client: Client):
    me = client.users.retrieve_current_user()
    changed, _ = client.api_client.users_api.partial_update(
        me.id,
        patched_user_request=models.PatchedUserRequest(
            primary_role="engineer", data_types=["images"], planned_activities=[models.PlannedActivitiesEnum("annotate_data")], discovery_source="a friend"
        ),
    )

    assert (changed.primary_role, changed.discovery_source, changed.data_types) == ("engineer", "a friend", ["images"])
    assert client.users.retrieve_current_user().primary_role == "engineer"


def test_quality_and_consensus_settings_through_the_client(client: Client, make_task):
    task = make_task().id
    quality, consensus = client.api_client.quality_api, client.api_client.consensus_api
    page, _ = quality.list_settings(task_id=task)

    (settings,) = page.results
    changed, _ = quality.partial_update_settings(
        settings.id, patched_quality_settings_request=models.PatchedQualitySettingsRequest(inherit=False, max_validations_per_job=2)
    )
    merged, _ = consensus.partial_update_settings(task, patched_consensus_settings_request=models.PatchedConsensusSettingsRequest(iou_threshold=0.7))

    assert settings.task_id == task and settings.inherit and settings.requirements == []
    assert (changed.inherit, changed.max_validations_per_job) == (False, 2)
    assert merged.iou_threshold == 0.7
    assert quality.list_reports(task_id=task)[0].count == 0
    assert quality.list_conflicts(task_id=task)[0].count == 0
    with pytest.raises(exceptions.NotFoundException):
        quality.retrieve_report(1)


def test_password_change_ends_the_clients_session(open_product: Product):
    with open_product.client(("annabel", PASSWORD)) as client:
        client.api_client.auth_api.create_password_change(
            models.PasswordChangeRequest(old_password=PASSWORD, new_password1=NEW_PASSWORD, new_password2=NEW_PASSWORD)
        )
        with pytest.raises(exceptions.UnauthorizedException):
            client.users.retrieve_current_user()
        client.api_client.cookies.clear()

    with open_product.client(("annabel@example.org", NEW_PASSWORD)) as client:
        assert client.users.retrieve_current_user().username == "annabel"


def test_password_reset_by_mail_survives_a_kill(open_product: Product):
    ask = {"email": "annabel@example.org"}
    assert open_product.http("POST", "/api/auth/password/reset", auth=None, json=ask).status == 200
    open_product.kill()
    open_product.start()
    mails = open_product.data / "mail"
    eventually("the mail is there", lambda: list(mails.glob("*.eml")))
    mail = min(mails.glob("*.eml"))  # an attempt that a kill repeats mails another link, and both work
    text = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default).get_content()
    uid, token = re.search(r"uid=(\w+)&token=(\w+)", text).groups()
    open_product.kill()
    open_product.start()

    body = {"uid": uid, "token": token, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert open_product.http("POST", "/api/auth/password/reset/confirm", auth=None, json=body).status == 200

    assert open_product.http("POST", "/api/auth/password/reset/confirm", auth=None, json=body).status == 400
    assert open_product.http("GET", "/api/users/self", auth=("annabel", NEW_PASSWORD)).status == 200
    assert open_product.http("GET", "/api/users/self", auth=("annabel", PASSWORD)).status == 401
    stored = b"".join(file.read_bytes() for file in open_product.data.rglob("*") if file.is_file() and file.suffix != ".eml")
    assert token.encode() not in stored, "the link's secret is stored as it is"
    assert token not in open_product.output(), "the link's secret is in the log"


def test_signed_url_opens_one_address(product: Product, make_task):
    task = make_task().id
    url = product.http("POST", "/api/auth/signing", json={"url": f"/api/tasks/{task}/preview"}).json()

    assert product.http("GET", url, auth=None).status == 200
    assert product.http("GET", url.replace("/preview", ""), auth=None).status == 401


def test_health_names_its_parts(product: Product):
    answer = product.http("GET", "/api/server/health/?format=json", auth=None)

    assert answer.status == 200
    assert set(answer.json().values()) == {"working"}

"""Sign-in by cookies, tokens and Basic, and what strangers may not do."""

from __future__ import annotations

import pytest
import urllib3
from cvat_sdk import make_client, models
from cvat_sdk.api_client import exceptions
from cvat_sdk.core.client import Client

from product import ADMIN, Product


def login(product: Product) -> urllib3.BaseHTTPResponse:
    answer = product.http("POST", "/api/auth/login", auth=None, json={"username": ADMIN[0], "password": ADMIN[1]})
    assert answer.status == 200, answer.data
    return answer


def cookies(answer: urllib3.BaseHTTPResponse) -> dict[str, str]:
    pairs = (header.split(";")[0].split("=", 1) for header in answer.headers.getlist("Set-Cookie"))
    return dict(pairs)


def test_login_sets_both_cookies_the_session_hidden_from_scripts(product: Product):
    answer = login(product)

    headers = {header.split("=")[0]: header.lower() for header in answer.headers.getlist("Set-Cookie")}
    assert "httponly" in headers["sessionid"] and "httponly" not in headers["csrftoken"]
    assert 0 < len(answer.json()["key"]) <= 40


def test_session_needs_the_csrf_token_for_writes_only(product: Product):
    jar = cookies(login(product))
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    body = {"name": "by cookie", "labels": [{"name": "a"}]}

    assert product.http("GET", "/api/users/self", auth=None, headers=cookie).json()["username"] == ADMIN[0]
    refused = product.http("POST", "/api/tasks", auth=None, headers=cookie, json=body)
    assert refused.status == 403 and "CSRF" in refused.json()["detail"]
    made = product.http("POST", "/api/tasks", auth=None, headers={**cookie, "X-CSRFToken": jar["csrftoken"]}, json=body)
    assert made.status == 201
    product.http("DELETE", f"/api/tasks/{made.json()['id']}")


def test_logout_ends_the_session(product: Product):
    client = product.client()
    session = client.api_client.cookies["sessionid"].value
    client.logout()

    answer = product.http("GET", "/api/users/self", auth=None, headers={"Cookie": f"sessionid={session}"})

    assert answer.status == 401


def test_users_self_is_the_administrator(client: Client):
    me = client.users.retrieve_current_user()

    assert (me.username, me.email, me.is_superuser) == (ADMIN[0], "admin@example.org", True)


def test_wrong_password_is_400_and_no_credentials_401(product: Product):
    wrong = product.http("POST", "/api/auth/login", auth=None, json={"username": ADMIN[0], "password": "guess"})
    assert (wrong.status, wrong.json()) == (400, {"non_field_errors": ["Unable to log in with provided credentials."]})

    nobody = product.http("GET", "/api/tasks", auth=None)
    assert (nobody.status, nobody.json()) == (401, {"detail": "Authentication credentials were not provided."})
    assert nobody.headers["WWW-Authenticate"]


def test_registration_is_closed_unless_opened(product: Product):
    body = {"username": "stranger", "email": "s@example.org", "password1": "correct-horse-1", "password2": "correct-horse-1"}

    assert product.http("POST", "/api/auth/register", auth=None, json=body).status in (403, 404)


def test_access_token_acts_for_its_user_until_revoked(product: Product, client: Client):
    api = client.api_client.auth_api
    token, _ = api.create_access_tokens(models.AccessTokenWriteRequest(name="writer", read_only=False))

    with make_client(product.url, access_token=token.value) as by_token:
        assert by_token.users.retrieve_current_user().username == ADMIN[0]
        task = by_token.tasks.create({"name": "by token", "labels": [{"name": "a"}]})
        task.remove()
        with pytest.raises(exceptions.ApiException) as error:
            by_token.api_client.auth_api.create_access_tokens(models.AccessTokenWriteRequest(name="child"))
        assert error.value.status == 403

    assert not hasattr(api.retrieve_access_tokens(token.id)[0], "value")
    api.destroy_access_tokens(token.id)
    answer = product.http("GET", "/api/tasks", auth=None, headers={"Authorization": f"Bearer {token.value}"})
    assert answer.status == 401


def test_read_only_token_reads_and_exports_but_does_not_write(product: Product, client: Client, make_task):
    token, _ = client.api_client.auth_api.create_access_tokens(models.AccessTokenWriteRequest(name="reader"))
    bearer = {"Authorization": f"Bearer {token.value}"}
    task = make_task().id

    assert token.read_only
    assert product.http("GET", "/api/tasks", auth=None, headers=bearer).status == 200
    assert product.http("POST", f"/api/tasks/{task}/dataset/export?format=COCO%201.0", auth=None, headers=bearer).status == 202
    for method, path in (("PATCH", f"/api/tasks/{task}"), ("DELETE", f"/api/tasks/{task}"), ("POST", "/api/tasks")):
        assert product.http(method, path, auth=None, headers=bearer, json={"name": "x"}).status == 403


def test_strangers_see_and_touch_nothing(own_open_product: Product):
    product = own_open_product
    ann, bob = (register(product, name) for name in ("annabel", "robert"))
    task = product.http("POST", "/api/tasks", auth=ann, json={"name": "private", "labels": [{"name": "a"}]}).json()["id"]

    assert product.http("GET", f"/api/tasks/{task}", auth=ann).status == 200
    assert product.http("GET", "/api/tasks", auth=bob).json()["count"] == 0
    for method in ("GET", "PATCH", "DELETE"):
        assert product.http(method, f"/api/tasks/{task}", auth=bob, json={} if method == "PATCH" else None).status == 403
    assert product.http("GET", f"/api/labels?task_id={task}", auth=bob).status == 403
    assert product.http("GET", f"/api/tasks/{task}", auth=ADMIN).status == 200


def register(product: Product, name: str) -> tuple[str, str]:
    password = f"{name}-correct-horse"
    body = {"username": name, "email": f"{name}@example.org", "password1": password, "password2": password}
    answer = product.http("POST", "/api/auth/register", auth=None, json=body)
    assert answer.status == 201, answer.data
    return name, password


@pytest.fixture
def own_open_product(tmp_path):
    product = Product(tmp_path / "data", CVATSERVERLESS_REGISTRATION="open").start()
    yield product
    product.stop()

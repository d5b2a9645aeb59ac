"""Organizations with the official client and command line: context in all three forms, invitations, roles."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from cvat_sdk import models
from cvat_sdk.api_client import exceptions
from cvat_sdk.core.client import Client
from cvat_sdk.core.proxies.organizations import Organization

from product import Product

PASSWORD = "correct-horse-7"


@pytest.fixture
def organization(client: Client) -> Iterator[Organization]:
    made = client.organizations.create(models.OrganizationWriteRequest(slug=f"o{uuid4().hex[:12]}", name="Acme", contact={"email": "ops@example.org"}))
    yield made
    client.organization_slug = None
    made.remove()


def invite(product: Product, client: Client, organization: Organization, role: str) -> tuple[Client, str]:
    """Somebody new who has registered by an invitation; the invitation's key."""
    username = f"user{uuid4().hex[:8]}"
    email = f"{username}@example.org"
    request = models.InvitationWriteRequest(role=role, email=email)
    invitation, _ = client.api_client.invitations_api.create(request, org_id=organization.id)
    assert (invitation.accepted, invitation.expired, invitation.organization_info.slug) == (False, False, organization.slug)
    body = {"username": username, "email": email, "password1": PASSWORD, "password2": PASSWORD}
    registered = product.http("POST", "/api/auth/register", auth=None, json=body)
    assert registered.status == 201, registered.data
    return product.client((username, PASSWORD)), invitation.key


def test_organization_is_made_found_and_changed(client: Client, organization: Organization):
    assert (organization.name, organization.owner.username, organization.contact) == ("Acme", "admin", {"email": "ops@example.org"})
    assert organization.id in [found.id for found in client.organizations.list()]

    organization.update(models.PatchedOrganizationWriteRequest(description="Anvils"))

    assert client.organizations.retrieve(organization.id).description == "Anvils"
    with pytest.raises(exceptions.ApiException) as taken:
        client.organizations.create(models.OrganizationWriteRequest(slug=organization.slug))
    assert taken.value.status == 400 and "already exists" in str(taken.value.body)


def test_context_by_header_slug_and_id_shows_the_same(product: Product, client: Client, organization: Organization):
    client.organization_slug = organization.slug
    inside = client.tasks.create({"name": "inside", "labels": [{"name": "a"}]})
    client.organization_slug = ""
    outside = client.tasks.create({"name": "outside", "labels": [{"name": "a"}]})

    def listed(path: str, **headers: str) -> list[int]:
        return [task["id"] for task in product.http("GET", path, headers=headers).json()["results"]]

    assert inside.organization_id == organization.id and outside.organization_id is None
    assert listed("/api/tasks", **{"X-Organization": organization.slug}) == [inside.id]
    assert listed(f"/api/tasks?org={organization.slug}") == [inside.id]
    assert listed(f"/api/tasks?org_id={organization.id}") == [inside.id]
    assert inside.id not in listed("/api/tasks?org=&page_size=500") and outside.id in listed("/api/tasks?org=&page_size=500")
    assert {inside.id, outside.id} <= set(listed("/api/tasks?page_size=500"))
    assert [label.name for label in inside.get_labels()] == ["a"]
    both = product.http("GET", f"/api/tasks?org_id={organization.id}&org={organization.slug}")
    assert both.status == 400
    unknown = product.http("GET", "/api/tasks?org=nowhere")
    assert (unknown.status, unknown.json()) == (404, {"detail": "nowhere organization does not exist."})
    client.tasks.remove_by_ids([inside.id, outside.id])


def test_invited_worker_registers_accepts_and_sees_what_is_assigned(product: Product, client: Client, organization: Organization):
    worker, key = invite(product, client, organization, "worker")
    accepted, _ = worker.api_client.invitations_api.accept(key)
    assert accepted.organization_slug == organization.slug
    client.organization_slug = organization.slug
    hidden = client.tasks.create({"name": "hidden", "labels": [{"name": "a"}]})
    given = client.tasks.create({"name": "given", "labels": [{"name": "a"}], "assignee_id": worker.users.retrieve_current_user().id})

    worker.organization_slug = organization.slug
    assert [task.id for task in worker.tasks.list()] == [given.id]
    with pytest.raises(exceptions.ForbiddenException):
        worker.tasks.retrieve(hidden.id)
    with pytest.raises(exceptions.ForbiddenException):
        worker.tasks.create({"name": "not mine to make", "labels": [{"name": "a"}]})
    assert len(list(worker.users.list())) == 2

    own, _ = worker.api_client.memberships_api.list(org=organization.slug, user=worker.users.retrieve_current_user().username)
    worker.api_client.memberships_api.destroy(own.results[0].id)
    worker.organization_slug = None
    assert list(worker.tasks.list()) == []
    with pytest.raises(exceptions.ForbiddenException):
        worker.tasks.retrieve(given.id)


def test_roles_are_changed_by_the_owner(product: Product, client: Client, organization: Organization):
    member, key = invite(product, client, organization, "worker")
    member.api_client.invitations_api.accept(key)
    page, _ = client.api_client.memberships_api.list(org=organization.slug, role="worker")

    changed, _ = client.api_client.memberships_api.partial_update(
        page.results[0].id, patched_membership_write_request=models.PatchedMembershipWriteRequest(role="supervisor")
    )

    assert str(changed.role) == "supervisor"
    member.organization_slug = organization.slug
    made = member.projects.create({"name": "by a supervisor", "labels": [{"name": "a"}]})
    assert made.organization_id == organization.id


def test_declined_invitation_is_gone(product: Product, client: Client, organization: Organization):
    invitee, key = invite(product, client, organization, "supervisor")

    invitee.api_client.invitations_api.decline(key)

    with pytest.raises(exceptions.NotFoundException):
        client.api_client.invitations_api.retrieve(key)
    page, _ = client.api_client.memberships_api.list(org=organization.slug)
    assert [membership.user.username for membership in page.results] == ["admin"]


def test_command_line_works_in_an_organization(product: Product, client: Client, organization: Organization):
    done = product.cli("--organization", organization.slug, "project", "create", "by command", "--labels", '[{"name":"cat"}]')
    project = client.projects.retrieve(int(done.stdout.split()[-1]))
    assert project.organization_id == organization.id

    listed = product.cli("--organization", organization.slug, "project", "ls")
    assert listed.stdout.split() == [str(project.id)]

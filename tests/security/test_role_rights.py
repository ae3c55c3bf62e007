"""What each role may do, written out: a change of a `rights.py` or of a console that gives or takes a right shows here."""

from collections.abc import Iterator

import pytest
from flask import Flask

from fanzadmin.kernel.system import Rights
from security.rbac import ADMIN_ALONE, RIGHTS, ROLES, Right, UnknownRight, UnknownRole, install

HELD = {
    "CRM": {
        "analytics:board": "read",
        "biolink:click": "export read",
        "biolink:link": "create export import read retire update",
        "biolink:page": "export import read update",
        "console:approval": "read",
        "console:mention": "read",
        "crm:block": "export read",
        "crm:creator": "assign begin create export import offboard onboard read reinstate reveal suspend update",
        "crm:fan": "export import read reveal tag untag update",
        "crm:note": "create delete export import read update",
        "crm:timeline": "export read",
        "gpt:suggestion": "export read",
    },
    "Content": {
        "compliance:review": "read",
        "console:approval": "read",
        "console:mention": "read",
        "crm:creator": "read",
        "gpt:suggestion": "export read",
        "media:asset": "cancel export import read retry update withdraw",
        "media:rendition": "export read",
        "ops:trace": "read",
        "shield:verdict": "read",
    },
    "Community": {
        "chat:conversation": "export read",
        "chat:message": "export moderate read",
        "console:approval": "read",
        "console:mention": "read",
        "crm:block": "read",
        "crm:case": "dismiss export handle read remove",
        "crm:creator": "read",
        "crm:fan": "read",
        "social:comment": "export moderate read",
        "social:follow": "export read",
        "social:post": "export moderate read",
    },
    "Finance": {
        "console:approval": "read",
        "console:mention": "read",
        "crm:creator": "read",
        "finance:account": "export read",
        "finance:board": "read",
        "finance:journal": "export read",
        "finance:payment": "export read refund",
        "finance:payout": "approve export pay read refuse",
        "finance:subscription": "export read",
    },
    "Compliance": {
        "audit:entry": "read",
        "compliance:consent": "confirm create export import read revoke",
        "compliance:custodian": "create export import read",
        "compliance:document": "export read reveal",
        "compliance:performer": "create export import read reject reveal update verify",
        "compliance:review": "export read",
        "console:approval": "read",
        "console:mention": "read",
        "media:asset": "read withdraw",
    },
    "Security": {
        "audit:entry": "export read",
        "console:approval": "read",
        "console:mention": "read",
        "ops:fact": "export read replay",
        "ops:task": "export read retry",
        "ops:trace": "read",
        "security:role": "approve",
        "shield:board": "read",
        "shield:hash": "create delete export import read",
        "shield:incident": "assign create export import read reopen resolve update",
        "shield:verdict": "export read rescan",
    },
    "Manager": {
        "analytics:board": "read",
        "biolink:click": "export read",
        "biolink:link": "export read",
        "biolink:page": "export read",
        "chat:conversation": "export read",
        "console:approval": "read",
        "console:mention": "read",
        "crm:block": "export read",
        "crm:creator": "export read",
        "crm:fan": "export read",
        "crm:note": "export read",
        "crm:timeline": "export read",
        "finance:account": "export read",
        "finance:board": "read",
        "finance:journal": "export read",
        "finance:payment": "export read",
        "finance:payout": "export read",
        "finance:subscription": "export read",
        "gpt:suggestion": "export read",
        "media:asset": "export read",
        "media:rendition": "export read",
        "ops:fact": "export read",
        "ops:task": "export read",
        "ops:trace": "read",
        "shield:board": "read",
        "shield:incident": "export read",
        "shield:verdict": "export read",
        "social:comment": "export read",
        "social:follow": "export read",
        "social:post": "export read",
    },
    "Creator": {
        "biolink:own": "use",
        "chat:own": "use",
        "compliance:own": "record",
        "crm:own": "block report",
        "finance:own": "earn",
        "gpt:own": "use",
        "media:own": "play upload",
        "portal:home": "use",
        "social:own": "use",
    },
    "Fan": {
        "chat:own": "use",
        "crm:own": "block report",
        "feed:home": "use",
        "finance:own": "pay",
        "media:own": "play",
        "social:own": "use",
    },
}


def written(rights: frozenset[Right]) -> dict[str, str]:
    """Rights as HELD has them: the actions by resource."""
    actions: dict[str, list[str]] = {}
    for right in sorted(rights):
        resource, action = right.rsplit(":", 1)
        actions.setdefault(resource, []).append(action)
    return {resource: " ".join(names) for resource, names in actions.items()}


@pytest.mark.parametrize("role", HELD)
def test_a_role_holds_exactly_what_is_written_here(app: Flask, role: str) -> None:
    assert written(ROLES[role]) == HELD[role]


def test_every_role_is_written_here(app: Flask) -> None:
    assert HELD.keys() == ROLES.keys()


def test_identity_is_for_admin_alone(app: Flask) -> None:
    alone = {right for right in RIGHTS if right.startswith(ADMIN_ALONE)}
    assert alone
    assert not alone & frozenset().union(*ROLES.values())


class TestInstall:
    @pytest.fixture(autouse=True)
    def _restore(self, app: Flask) -> Iterator[None]:
        rights, roles = set(RIGHTS), dict(ROLES)
        yield
        RIGHTS.clear()
        RIGHTS.update(rights)
        ROLES.update(roles)

    def test_a_role_that_there_is_not_is_refused(self) -> None:
        with pytest.raises(UnknownRole, match="Pirate"):
            install([Rights(roles={"Pirate": ("security:",)})])

    def test_a_right_that_there_is_not_is_refused(self) -> None:
        with pytest.raises(UnknownRight, match="crm:ship:sink"):
            install([Rights(roles={"CRM": ("crm:ship:sink",)})])

    def test_a_colon_at_the_end_covers_all_but_what_people_do_with_their_own(self) -> None:
        install(
            [
                Rights(
                    extra=("toys:own:use", "toys:box:open"),
                    roles={"CRM": ("toys:",), "Fan": ("toys:own:use",)},
                )
            ]
        )
        assert ROLES["CRM"] == {"toys:box:open"}
        assert ROLES["Fan"] == {"toys:own:use"}

    def test_managers_read_everything_that_is_not_confidential(self) -> None:
        extra = ("toys:box:read", "toys:box:open", "toys:diary:read")
        install([Rights(extra=extra, confidential=("toys:diary:",))])
        toys = {right for right in ROLES["Manager"] if right.startswith("toys:")}
        assert toys == {"toys:box:read"}


def test_a_right_is_a_permission_of_flask_appbuilder() -> None:
    assert Right("crm:fan:read").permission == ("can_read", "crm:fan")

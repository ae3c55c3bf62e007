"""Who reads what the Community team moderates takes it out as well, where the right says so."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.console.registry import consoles

MODERATED = ("chatmessage", "socialpost", "socialcomment")
NAMES = ("ChatMessageConsole", "SocialPostConsole", "SocialCommentConsole")
Login = Callable[..., Any]


@pytest.mark.parametrize("name", MODERATED)
def test_the_community_team_exports(db: Any, login: Login, name: str) -> None:
    staff = login("Community")
    assert staff.get(f"/{name}console/export").status_code == 200
    assert f"/{name}console/export" in staff.get(f"/{name}console/list/").text


@pytest.mark.parametrize(
    ("role", "name", "opens"),
    [
        ("Manager", "socialpost", True),
        ("Manager", "socialcomment", True),
        ("Manager", "chatmessage", False),  # what two people write to each other
        *((role, name, False) for role in ("Finance", "CRM", "Creator", "Fan") for name in MODERATED),
    ],
)
def test_others_by_their_rights(db: Any, login: Login, role: str, name: str, opens: bool) -> None:
    assert (login(role).get(f"/{name}console/export").status_code == 200) is opens


@pytest.mark.parametrize("name", NAMES)
def test_one_right_stands_for_every_way_to_remove(name: str) -> None:
    assert consoles[name].abilities == {"read", "export", "moderate"}

"""The creator or fan behind a login: one answer, and one error each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, g

from fanzadmin.contracts.crm import CreatorCard, FanCard, People
from fanzadmin.kernel import ports
from fanzadmin.kernel.errors import SignInNeeded
from security.identity import Me, NoCreatorAccount, NoFanAccount, own_creator, own_fan

MIA = CreatorCard("c", 1, "mia", "Mia", "velvet", "Velvet", "USD", 999, "active", "")
TOM = FanCard("f", 2, "Tom", "velvet")


class Book:
    def creator_of_user(self, user_id: int) -> CreatorCard | None:
        return MIA if user_id == MIA.user_id else None

    def fan_of_user(self, user_id: int) -> FanCard | None:
        return TOM if user_id == TOM.user_id else None


@pytest.fixture
def sign_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int | None], None]]:
    monkeypatch.setattr(ports, "_answers", ports._answers | {People: Book()})
    with app.test_request_context("/"):

        def as_user(user_id: int | None) -> None:
            g.me = Me(user_id, "x", "X", frozenset(), None) if user_id is not None else None

        yield as_user


class TestOwnCreator:
    def test_is_the_creator_of_the_login(self, sign_in: Any) -> None:
        sign_in(MIA.user_id)
        assert own_creator() is MIA

    def test_is_refused_to_a_fan(self, sign_in: Any) -> None:
        sign_in(TOM.user_id)
        with pytest.raises(NoCreatorAccount) as refused:
            own_creator()
        assert refused.value.status == 403

    def test_asks_the_anonymous_to_sign_in(self, sign_in: Any) -> None:
        sign_in(None)
        with pytest.raises(SignInNeeded):
            own_creator()


class TestOwnFan:
    def test_is_the_fan_of_the_login(self, sign_in: Any) -> None:
        sign_in(TOM.user_id)
        assert own_fan() is TOM

    def test_is_refused_to_a_creator(self, sign_in: Any) -> None:
        sign_in(MIA.user_id)
        with pytest.raises(NoFanAccount) as refused:
            own_fan()
        assert refused.value.status == 403

    def test_asks_the_anonymous_to_sign_in(self, sign_in: Any) -> None:
        sign_in(None)
        with pytest.raises(SignInNeeded):
            own_fan()

"""Blocks between a creator and a fan, and whom a fan may find."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.contracts.crm import Blocked, Blocks, Unblocked
from fanzadmin.contracts.media import TaggedAssets
from fanzadmin.crm import queries, service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel import ports
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from security.identity import Me, load_user
from tests.crm.conftest import recorded


@pytest.fixture
def mia(creator: Creator) -> Me:
    person = load_user(creator.user_id)
    assert person is not None
    return person


@pytest.fixture
def tom(fan: Fan, login: Callable[..., Any], db: Any) -> Me:
    fan.user_id = login("Fan").user_id
    db.flush()
    person = load_user(fan.user_id)
    assert person is not None
    return person


class TestBlock:
    def test_hides_both_from_each_other_and_is_announced_once(
        self, mia: Me, tom: Me, creator: Creator, fan: Fan, db: Any
    ) -> None:
        service.block(tom, creator.id)
        service.block(tom, creator.id)
        assert ask(Blocks).is_blocked(creator.id, fan.id)
        assert ask(Blocks).blocked_creators(fan.id) == {creator.id}
        assert ask(Blocks).blocked_fans(creator.id) == {fan.id}
        assert [fact["blocked_by"] for fact in recorded(db, Blocked)] == ["fan"]

    def test_each_reads_only_whom_they_blocked_themselves(
        self, mia: Me, tom: Me, creator: Creator, fan: Fan
    ) -> None:
        service.block(mia, fan.id)
        assert [card.blocked_id for card in queries.blocks_of(mia).items] == [fan.id]
        assert queries.blocks_of(tom).items == ()

    @pytest.mark.parametrize("blocked_id", ["", "mia", "01a1ee19-8d9d-73c4-9667-301f04351fa0"])
    def test_the_unknown_cannot_be_blocked(self, tom: Me, blocked_id: str) -> None:
        with pytest.raises(service.NotBlockable):
            service.block(tom, blocked_id)

    def test_a_fan_blocks_no_fan_and_a_creator_no_creator(
        self, mia: Me, tom: Me, creator: Creator, fan: Fan
    ) -> None:
        for person, blocked_id in ((tom, fan.id), (mia, creator.id)):
            with pytest.raises(service.NotBlockable):
                service.block(person, blocked_id)


class TestUnblock:
    def test_lifts_the_own_block_alone(self, mia: Me, tom: Me, creator: Creator, fan: Fan, db: Any) -> None:
        service.block(mia, fan.id)
        service.block(tom, creator.id)
        service.unblock(tom, creator.id)
        assert ask(Blocks).is_blocked(creator.id, fan.id)
        service.unblock(mia, fan.id)
        service.unblock(mia, fan.id)
        assert not ask(Blocks).is_blocked(creator.id, fan.id)
        assert len(recorded(db, Unblocked)) == 2


class TestRest:
    def test_block_list_and_unblock(
        self, creator: Creator, fan: Fan, login: Callable[..., Any], db: Any
    ) -> None:
        client = login("Fan")
        fan.user_id = client.user_id
        db().commit_transaction()
        address = f"/api/v1/crm/me/blocks/{creator.id}"
        assert client.put(address).status_code == 204
        assert [item["name"] for item in client.get("/api/v1/crm/me/blocks").json["items"]] == ["Ada Fox"]
        assert client.get("/api/v1/crm/me/discovery").json["items"] == []
        assert client.delete(address).status_code == 204
        assert client.get("/api/v1/crm/me/blocks").json["items"] == []

    def test_staff_have_nobody_to_block(self, creator: Creator, login: Callable[..., Any]) -> None:
        assert login("Community").put(f"/api/v1/crm/me/blocks/{creator.id}").status_code == 403


class _Tags:
    """What is tagged "sea" is Ada's."""

    def __init__(self, creator_id: str) -> None:
        self.creator_id = creator_id

    def creators_with_tag(self, tag: str, *, cluster: str) -> frozenset[str]:
        return frozenset({self.creator_id} if tag.lstrip("#") == "sea" and cluster == "velvet" else ())


class TestFindCreators:
    @pytest.fixture
    def card(self, creator: Creator, fan: Fan, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setitem(ports._answers, TaggedAssets, _Tags(creator.id))
        card = queries.CrmPeople().fan(fan.id)
        assert card is not None
        return card

    @pytest.mark.parametrize("text", ["", "ada", "FOX", "ada.fox", "@ada", "#sea", "sea"])
    def test_by_name_handle_or_tag(self, card: Any, creator: Creator, text: str) -> None:
        assert [each.creator_id for each in queries.find_creators(card, text).items] == [creator.id]

    @pytest.mark.parametrize("text", ["bob", "#ada", "@sea", "%", "'; --", "\u200b", "#"])
    def test_not_by_anything_else(self, card: Any, text: str) -> None:
        assert queries.find_creators(card, text).items == ()

    def test_neither_the_suspended_nor_another_brand_nor_the_blocked(
        self, card: Any, creator: Creator, tom: Me, db: Any
    ) -> None:
        creator.cluster = "ember"
        db.flush()
        assert queries.find_creators(card).items == ()
        creator.cluster = "velvet"
        service.block(tom, creator.id)
        assert queries.find_creators(card).items == ()
        service.unblock(tom, creator.id)
        assert len(queries.find_creators(card).items) == 1
        service.suspend_creator(creator.id, reason="The record expired.")
        db.flush()
        assert queries.find_creators(card).items == ()

    def test_a_page_after_the_other(self, card: Any, creator: Creator, db: Any) -> None:
        for number in range(3):
            db.add(
                Creator(
                    id=new_id(), handle=f"twin{number}", name="Ada Twin", cluster="velvet", state="active",
                    subscription_minor=0, user_id=None,
                )
            )  # fmt: skip
        db.flush()
        first = queries.find_creators(card, "ada", limit=3)
        rest = queries.find_creators(card, "ada", limit=3, cursor=first.next)
        assert len({each.creator_id for each in (*first.items, *rest.items)}) == 4
        assert rest.next is None

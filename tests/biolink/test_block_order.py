"""The blocks of a page in the order that staff give them: from the page's record, as everybody sees it at its address."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.biolink import service
from fanzadmin.biolink.pages.models import Block, Page
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.kernel.ids import new_id
from security.models import Cluster, StaffCluster

BLOCKS = "/biolinkblockconsole"
Login = Callable[..., FlaskClient]


def filled(card: CreatorCard, *titles: str) -> Page:
    """The page of a creator with a heading for each title."""
    page = service.open_page(card.id)
    service.change_page(card.id, blocks=[service.Draft(kind="heading", title=title) for title in titles])
    return page


def blocks_of(db: Any, page: Page) -> dict[str, Block]:
    query = select(Block).where(Block.page_id == page.id).order_by(Block.position)
    return {block.title: block for block in db.execute(query).scalars()}


def part(page: Page) -> str:
    return f"/biolinkpageconsole/related/{page.id}/BiolinkBlockConsole.page_id"


def shown(text: str) -> list[str]:
    """The titles of the headings in the order of a page."""
    return re.findall(r"\b(One|Two|Three)\b", text)


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """Anybody who answered the 18+ question."""
    client.post("/age", data={"next": "/"})
    return client


@pytest.fixture
def page(db: Any, creator: CreatorCard) -> Page:
    result = filled(creator, "One", "Two", "Three")
    db().commit_transaction()
    return result


class TestOrder:
    def test_a_block_is_moved_and_everybody_sees_it(
        self, db: Any, page: Page, login: Login, visitor: FlaskClient
    ) -> None:
        crm, blocks = login("CRM"), blocks_of(db, page)
        before = crm.get(part(page), headers={"X-Part": "1"}).text
        assert f'data-moves="{BLOCKS}/move"' in before
        assert before.count("data-row-move") == 3
        assert list(dict.fromkeys(shown(before))) == ["One", "Two", "Three"]
        form = {"beside": blocks["One"].id, "side": "before"}
        moved = crm.post(f"{BLOCKS}/move/{blocks['Three'].id}", data=form)
        assert moved.json == {"said": "Moved to place 1 of 3"}
        db().commit_transaction()
        after = crm.get(part(page), headers={"X-Part": "1"}).text
        assert list(dict.fromkeys(shown(after))) == ["Three", "One", "Two"]
        public = visitor.get(f"/@{page.handle}").text
        assert list(dict.fromkeys(shown(public))) == ["Three", "One", "Two"]
        assert [block.position for block in blocks_of(db, page).values()] == [0, 1, 2]

    def test_the_list_of_all_pages_offers_no_move_between_them(
        self, db: Any, page: Page, people: Any, login: Login
    ) -> None:
        other, crm = filled(people.new_creator(login=False), "Theirs"), login("CRM")
        order = "_oc_BiolinkBlockConsole=position&_od_BiolinkBlockConsole=asc"
        assert "data-row-move" not in crm.get(f"{BLOCKS}/list/?{order}").text
        mine, theirs = blocks_of(db, page)["One"], blocks_of(db, other)["Theirs"]
        form = {"beside": theirs.id, "side": "after"}
        assert crm.post(f"{BLOCKS}/move/{mine.id}", data=form).status_code == 400

    def test_only_who_may_change_pages_moves_their_blocks(self, db: Any, page: Page, login: Login) -> None:
        blocks, readers = blocks_of(db, page), login("Manager")
        address, form = (
            f"{BLOCKS}/move/{blocks['Three'].id}",
            {"beside": blocks["One"].id, "side": "before"},
        )
        assert "data-row-move" not in readers.get(part(page), headers={"X-Part": "1"}).text
        for role in ("Manager", "Finance", "Creator"):
            assert login(role).post(address, data=form).status_code in {302, 403}
        neighbour = login("CRM")
        db.add(Cluster(key="ember", name="Ember", currency="EUR"))
        db.flush()
        db.add(StaffCluster(user_id=neighbour.user_id, cluster="ember"))  # type: ignore[attr-defined]
        db().commit_transaction()
        assert neighbour.post(address, data=form).status_code == 404
        assert list(blocks_of(db, page)) == ["One", "Two", "Three"]


class TestArrangeBlocks:
    def test_it_takes_the_whole_page_and_nothing_else(self, db: Any, page: Page) -> None:
        blocks = list(blocks_of(db, page).values())
        for wrong in ([], blocks[:2], [*blocks, blocks[0]]):
            with pytest.raises(service.PageRefused):
                service.arrange_blocks(wrong)

    def test_places_stay_dense(self, db: Any, page: Page, creator: CreatorCard) -> None:
        service.list_item(new_id(), creator_id=creator.id, title="New")  # on top: below zero
        first, *rest = blocks_of(db, page).values()
        assert first.position < 0
        service.arrange_blocks([*rest, first])
        db.flush()
        assert [block.position for block in blocks_of(db, page).values()] == [0, 1, 2, 3]


class TestShowBlock:
    def test_staff_hide_a_block_and_show_it_again(
        self, db: Any, page: Page, login: Login, visitor: FlaskClient
    ) -> None:
        crm, block = login("CRM"), blocks_of(db, page)["Two"]
        crm.post(f"{BLOCKS}/edit/{block.id}", data={"_next": ""})  # an empty box sends nothing
        assert "Two" not in visitor.get(f"/@{page.handle}").text
        crm.post(f"{BLOCKS}/edit/{block.id}", data={"visible": "y"})
        assert "Two" in visitor.get(f"/@{page.handle}").text

    def test_what_was_withdrawn_stays_away(self, db: Any, page: Page, creator: CreatorCard) -> None:
        asset_id = new_id()
        service.list_item(asset_id, creator_id=creator.id, title="Gone")
        service.unlist_item(asset_id, creator_id=creator.id)
        gone = blocks_of(db, page)["Gone"]
        with pytest.raises(service.PageRefused):
            service.edit_block(gone, title="Gone", url="", visible=True)

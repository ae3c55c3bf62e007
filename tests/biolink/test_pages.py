"""Pages: opened, filled, changed, hidden."""

from typing import Any

import pytest

from fanzadmin.biolink import queries, service
from fanzadmin.biolink.pages import listeners
from fanzadmin.biolink.service import Draft
from fanzadmin.contracts.biolink import Links
from fanzadmin.contracts.crm import CreatorOffboarded, CreatorOnboarded, CreatorReinstated, CreatorSuspended
from fanzadmin.contracts.media import AssetPublished, AssetWithdrawn
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask


def titles(handle: str) -> list[str]:
    page = queries.public_page(handle)
    return [block.title for block in page.blocks] if page else []


def published(creator: Any, asset_id: str, title: str = "Sunset") -> AssetPublished:
    return AssetPublished(
        cluster=creator.cluster, asset_id=asset_id, creator_id=creator.id, title=title, caption="", kind="video",
        audience="public", price_minor=0, currency="USD", tags=(),
    )  # fmt: skip


class TestOpenPage:
    def test_begins_with_what_is_known_of_the_creator(self, creator: Any) -> None:
        service.open_page(creator.id)
        page = queries.public_page(creator.handle.upper())
        assert page is not None
        assert (page.path, page.title, page.about) == (f"/@{creator.handle}", creator.name, "Hello")

    def test_twice_is_one_page(self, creator: Any) -> None:
        assert service.open_page(creator.id).id == service.open_page(creator.id).id

    def test_follows_the_creators_fortune(self, creator: Any) -> None:
        listeners.open_page(
            CreatorOnboarded(
                cluster="velvet", creator_id=creator.id, handle=creator.handle, name=creator.name
            )
        )
        assert queries.public_page(creator.handle)
        listeners.hide_page(CreatorSuspended(cluster="velvet", creator_id=creator.id, reason="x"))
        assert queries.public_page(creator.handle) is None
        listeners.reopen_page(CreatorReinstated(cluster="velvet", creator_id=creator.id))
        assert queries.public_page(creator.handle)
        listeners.close_page(CreatorOffboarded(cluster="velvet", creator_id=creator.id, reason="x"))
        assert queries.public_page(creator.handle) is None

    def test_of_nobody_is_refused(self, people: Any, db: Any) -> None:
        with pytest.raises(service.NoSuchCreator):
            service.open_page(new_id())


class TestListItem:
    def test_puts_the_newest_first_each_with_a_link_of_its_own(self, creator: Any) -> None:
        for title in ("one", "two", "three"):
            service.list_item(new_id(), creator_id=creator.id, title=title)
        assert titles(creator.handle) == ["three", "two", "one"]
        page = queries.public_page(creator.handle)
        assert page is not None
        assert len({block.link_path for block in page.blocks}) == 3

    def test_tells_once_however_often_it_hears(self, creator: Any, recorded: Any) -> None:
        asset_id = new_id()
        for _ in range(3):
            listeners.list_item(published(creator, asset_id))
        (fact,) = recorded("biolink.item_listed.v1")
        assert fact["page_path"] == f"/@{creator.handle}"
        target = service.follow_link(fact["link_path"].removeprefix("/l/"))
        assert (target.url, target.asset_id) == (f"/watch/{asset_id}", asset_id)

    def test_answers_the_other_systems(self, creator: Any) -> None:
        asset_id = new_id()
        service.list_item(asset_id, creator_id=creator.id, title="Sunset")
        card = ask(Links).link_of_asset(asset_id)
        assert card is not None
        assert card.page_path == f"/@{creator.handle}"
        assert ask(Links).link_of_asset(new_id()) is None


class TestUnlistItem:
    def test_takes_it_off_and_ends_every_link_to_it(self, creator: Any) -> None:
        asset_id = new_id()
        service.list_item(asset_id, creator_id=creator.id, title="Sunset")
        card = ask(Links).link_of_asset(asset_id)
        campaign = service.create_link(creator.id, target=f"/watch/{asset_id}", asset_id=asset_id)
        listeners.unlist_item(
            AssetWithdrawn(cluster="velvet", asset_id=asset_id, creator_id=creator.id, reason="x")
        )
        assert titles(creator.handle) == []
        assert card is not None
        for slug in (card.link_path.removeprefix("/l/"), campaign.slug):
            with pytest.raises(service.LinkGone):
                service.follow_link(slug)

    def test_of_what_was_never_listed_does_nothing(self, creator: Any) -> None:
        service.unlist_item(new_id(), creator_id=creator.id)

    def test_can_be_undone_by_publishing_again_with_the_same_link(self, creator: Any) -> None:
        asset_id = new_id()
        service.list_item(asset_id, creator_id=creator.id, title="Sunset")
        before = ask(Links).link_of_asset(asset_id)
        service.unlist_item(asset_id, creator_id=creator.id)
        service.list_item(asset_id, creator_id=creator.id, title="Sunset")
        assert ask(Links).link_of_asset(asset_id) == before


class TestChangePage:
    @pytest.fixture
    def page(self, creator: Any) -> Any:
        service.open_page(creator.id)
        for title in ("old", "new"):
            service.list_item(new_id(), creator_id=creator.id, title=title)
        return queries.own_page(creator.id)

    def test_changes_only_what_is_given(self, creator: Any, page: Any) -> None:
        service.change_page(creator.id, about="  Line one \n\n line   two ", theme="ocean")
        now = queries.own_page(creator.id)
        assert now is not None
        assert (now.title, now.about, now.theme) == (page.title, "Line one\n\nline two", "ocean")

    def test_orders_adds_and_hides_blocks(self, creator: Any, page: Any) -> None:
        new, old = page.blocks
        service.change_page(
            creator.id,
            blocks=[
                Draft(kind="heading", title="Hello"),
                Draft(id=old.id),
                Draft(kind="link", title="Shop", url="https://shop.example.org/"),
                Draft(id=new.id, visible=False),
            ],
        )
        shown = queries.public_page(creator.handle)
        assert shown is not None
        assert [(block.kind, block.title) for block in shown.blocks] == [
            ("heading", "Hello"),
            ("item", "old"),
            ("link", "Shop"),
        ]
        assert (
            service.follow_link(shown.blocks[2].link_path.removeprefix("/l/")).url
            == "https://shop.example.org/"
        )

    def test_removes_own_blocks_left_out_and_ends_their_links_but_keeps_items(
        self, creator: Any, page: Any
    ) -> None:
        service.change_page(
            creator.id, blocks=[Draft(kind="link", title="Shop", url="https://shop.example.org/")]
        )
        result = queries.own_page(creator.id)
        assert result is not None
        slug = result.blocks[0].link_path.removeprefix("/l/")
        service.change_page(creator.id, blocks=[])
        assert titles(creator.handle) == ["new", "old"]
        with pytest.raises(service.LinkGone):
            service.follow_link(slug)

    def test_cannot_bring_back_what_was_withdrawn(self, creator: Any, page: Any) -> None:
        block = page.blocks[0]
        service.unlist_item(block.asset_id, creator_id=creator.id)
        service.change_page(creator.id, blocks=[Draft(id=block.id, visible=True)])
        assert titles(creator.handle) == ["old"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": ""},
            {"title": "x" * 81},
            {"about": "x" * 1001},
            {"theme": "neon"},
            {"blocks": [Draft(id=new_id())]},
            {"blocks": [Draft(kind="item", title="x")]},
            {"blocks": [Draft(kind="heading", title="")]},
            {"blocks": [Draft(kind="heading", title="x")] * 51},
        ],
    )
    def test_refuses_what_a_page_cannot_be(self, creator: Any, page: Any, wrong: dict[str, Any]) -> None:
        with pytest.raises(service.PageRefused):
            service.change_page(creator.id, **wrong)

    def test_refuses_the_same_block_twice(self, creator: Any, page: Any) -> None:
        with pytest.raises(service.PageRefused):
            service.change_page(creator.id, blocks=[Draft(id=page.blocks[0].id)] * 2)

    def test_refuses_a_script_as_a_link(self, creator: Any, page: Any) -> None:
        with pytest.raises(service.TargetRefused):
            service.change_page(creator.id, blocks=[Draft(kind="link", title="x", url="javascript:alert(1)")])

    def test_does_not_touch_the_neighbours_blocks(self, creator: Any, page: Any, people: Any) -> None:
        neighbour = people.new_creator(login=False)
        service.open_page(neighbour.id)
        with pytest.raises(service.PageRefused):
            service.change_page(neighbour.id, blocks=[Draft(id=page.blocks[0].id)])


class TestPublicPage:
    def test_comes_in_parts(self, creator: Any) -> None:
        for number in range(5):
            service.list_item(new_id(), creator_id=creator.id, title=str(number))
        first = queries.public_page(creator.handle, limit=3)
        assert first is not None
        assert first.next is not None
        rest = queries.public_page(creator.handle, start=first.next, limit=3)
        assert rest is not None
        assert [block.title for block in (*first.blocks, *rest.blocks)] == ["4", "3", "2", "1", "0"]
        assert rest.next is None

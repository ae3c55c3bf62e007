"""The consoles: what CRM may do to pages and links, and who may not."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fanzadmin.biolink import service
from fanzadmin.biolink.pages.models import Page, ShortLink
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.crm.creators.models import Creator
from security.models import Cluster, StaffCluster

PAGES, LINKS, CLICKS = "/biolinkpageconsole", "/biolinklinkconsole", "/biolinkclickconsole"


class TestTheDoors:
    @pytest.mark.parametrize("console", [PAGES, LINKS, CLICKS])
    def test_are_open_to_crm(self, login: Callable[..., FlaskClient], people: Any, console: str) -> None:
        assert login("CRM").get(f"{console}/list/").status_code == 200

    @pytest.mark.parametrize("console", [PAGES, LINKS, CLICKS])
    @pytest.mark.parametrize("role", ["Fan", "Creator", "Finance"])
    def test_are_closed_to_others(
        self, login: Callable[..., FlaskClient], people: Any, role: str, console: str
    ) -> None:
        assert login(role).get(f"{console}/list/").status_code in {302, 403}

    def test_let_nobody_change_a_click(self, login: Callable[..., FlaskClient], people: Any) -> None:
        assert login("CRM").get(f"{CLICKS}/add").status_code in {302, 403, 404}


class TestPages:
    def test_are_shown_and_edited(self, login: Callable[..., FlaskClient], db: Any, creator: Any) -> None:
        page, crm = service.open_page(creator.id), login("CRM")
        assert (
            f"@{page.handle}" in crm.get(f"{PAGES}/show/{page.id}").text
            or page.handle in crm.get(f"{PAGES}/list/").text
        )
        changes = {"title": "New title", "about": "Words", "theme": "ocean"}
        assert crm.post(f"{PAGES}/edit/{page.id}", data=changes).status_code == 302
        assert db.execute(select(Page.title).where(Page.id == page.id)).scalar() == "New title"

    def test_keep_their_rules(self, login: Callable[..., FlaskClient], db: Any, creator: Any) -> None:
        page, crm = service.open_page(creator.id), login("CRM")
        crm.post(f"{PAGES}/edit/{page.id}", data={"title": "New title", "about": "", "theme": "neon"})
        assert db.execute(select(Page.title).where(Page.id == page.id)).scalar() == creator.name


@pytest.fixture
def on_record(db: Any, creator: CreatorCard) -> None:
    """The creator stands in CreatorCRM, where the form looks for them."""
    own = {name: getattr(creator, name) for name in ("id", "cluster", "handle", "name", "subscription_minor")}
    db.merge(Cluster(key=creator.cluster, name=creator.cluster_name, currency=creator.currency))
    db.add(Creator(**own))
    db.flush()


@pytest.mark.usefixtures("on_record")
class TestLinks:
    def test_are_made_for_a_creator(self, login: Callable[..., FlaskClient], db: Any, creator: Any) -> None:
        form = {
            "creator_id": creator.id,
            "target": "https://example.com/",
            "title": "Summer",
            "slug": "summer",
        }
        assert login("CRM").post(f"{LINKS}/add", data=form).status_code == 302
        link = db.execute(select(ShortLink).where(ShortLink.slug == "summer")).scalar_one()
        assert (link.creator_id, link.cluster, link.target) == (creator.id, "velvet", "https://example.com/")
        assert link.created_by is not None

    def test_are_refused_with_a_sentence(
        self, login: Callable[..., FlaskClient], db: Any, creator: Any
    ) -> None:
        form = {"creator_id": creator.id, "target": "javascript:alert(1)", "title": "", "slug": ""}
        answer = login("CRM").post(f"{LINKS}/add", data=form, follow_redirects=True)
        assert "must begin with https://" in answer.text
        assert db.execute(select(ShortLink.id)).first() is None

    def test_are_edited_and_keep_their_name(
        self, login: Callable[..., FlaskClient], db: Any, creator: Any
    ) -> None:
        link, crm = (
            service.create_link(creator.id, target="https://old.example/", slug="printed"),
            login("CRM"),
        )
        form = {"target": "https://new.example/", "title": "Shop", "expires_at": ""}
        assert crm.post(f"{LINKS}/edit/{link.id}", data=form).status_code == 302
        db.expire_all()
        assert (link.slug, link.target, link.title) == ("printed", "https://new.example/", "Shop")
        again = crm.post(f"{LINKS}/edit/{link.id}", data=form | {"target": "/@nobody"}, follow_redirects=True)
        assert "There is no page @nobody." in again.text
        db.expire_all()
        assert link.target == "https://new.example/"

    def test_that_lead_nowhere_are_marked(
        self, login: Callable[..., FlaskClient], db: Any, creator: Any
    ) -> None:
        service.create_link(creator.id, target=f"/@{creator.handle}", slug="too-early")
        service.create_link(creator.id, target="https://example.com/", slug="fine-link")
        text = login("CRM").get(f"{LINKS}/list/?q=is_broken:yes").text
        assert "too-early" in text
        assert "fine-link" not in text

    def test_are_retired_many_at_once(self, login: Callable[..., FlaskClient], db: Any, creator: Any) -> None:
        ids = [service.create_link(creator.id, target="https://example.com/").id for _ in range(2)]
        crm = login("CRM")
        crm.post(f"{LINKS}/action_post", data={"action": "retire", "rowid": ids})
        assert set(db.execute(select(ShortLink.state)).scalars()) == {"retired"}

    def test_of_another_cluster_are_out_of_sight_and_reach(
        self, login: Callable[..., FlaskClient], db: Any, creator: Any
    ) -> None:
        link, crm = service.create_link(creator.id, target="https://example.com/"), login("CRM")
        db.add(Cluster(key="ember", name="Ember", currency="EUR"))
        db.flush()
        db.add(StaffCluster(user_id=crm.user_id, cluster="ember"))  # type: ignore[attr-defined]
        db().commit_transaction()
        assert link.slug not in crm.get(f"{LINKS}/list/").text
        assert crm.get(f"{LINKS}/show/{link.id}").status_code in {302, 404}
        form = {"creator_id": creator.id, "target": "https://example.org/", "title": "", "slug": ""}
        assert "not yours to choose" in crm.post(f"{LINKS}/add", data=form, follow_redirects=True).text
        crm.post(f"{LINKS}/action_post", data={"action": "retire", "rowid": [link.id]})
        assert db.execute(select(ShortLink.state).where(ShortLink.id == link.id)).scalar() == "active"

"""Who may see a board: the page, its layout, its callbacks and its scripts alike."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from dashboards import BOARDS
from dashboards.shell import Board
from security.rbac import ROLES
from tests.dashboards.conftest import Maker, Page, ago

CARD = {"analytics": "growth", "finance": "shares", "security": "waiting"}
NAMES = [board.name for board in BOARDS]
ROLE = {"analytics": "Manager", "finance": "Finance", "security": "Security"}
Boards = Callable[..., Page]


@pytest.mark.parametrize("name", NAMES)
class TestAnonymous:
    def test_is_sent_to_sign_in(self, client: FlaskClient, name: str) -> None:
        answer = client.get(f"/boards/{name}/", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/login/?next=/boards/{name}/")

    @pytest.mark.parametrize("part", ["_dash-layout", "_dash-dependencies"])
    def test_gets_no_part_of_it(self, client: FlaskClient, name: str, part: str) -> None:
        answer = client.get(f"/boards/{name}/{part}", headers={"Accept": "application/json"})
        assert answer.status_code == 401

    def test_gets_no_figures(self, client: FlaskClient, name: str) -> None:
        answer = client.post(
            f"/boards/{name}/_dash-update-component", json={}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 401


@pytest.mark.parametrize("board", BOARDS, ids=NAMES)
class TestTheWrongRole:
    def test_gets_neither_page_nor_figures(self, login: Callable[..., FlaskClient], board: Board) -> None:
        for role in (role for role, rights in ROLES.items() if board.right not in rights):
            assert login(role).get(board.prefix).status_code == 403, role
            assert login(role).get(f"{board.prefix}_dash-layout").status_code == 403, role
            asked = login(role).post(f"{board.prefix}_dash-update-component", json={})
            assert asked.status_code == 403, role


@pytest.mark.parametrize("name", NAMES)
class TestTheRightRole:
    def test_gets_the_page_in_our_shell(self, board: Boards, name: str) -> None:
        page = board(name, ROLE[name])
        answer = page.client.get(page.address)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert 'id="react-entry-point"' in text
        assert 'class="sidebar"' in text
        assert f'href="/boards/{name}/" aria-current="page"' in text

    def test_runs_no_script_but_ours(self, board: Boards, name: str) -> None:
        page = board(name, ROLE[name])
        policy = page.client.get(page.address).headers["Content-Security-Policy"]
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in script
        assert "'nonce-" in script
        assert "'sha256-" in script
        assert "http" not in policy

    def test_loads_everything_from_here(self, board: Boards, name: str) -> None:
        page = board(name, ROLE[name])
        text = page.client.get(page.address).get_data(as_text=True)
        sources = [part.split('"')[0] for part in text.split('src="')[1:]]
        assert sources
        assert all(source.startswith("/") for source in sources)

    def test_every_card_answers_without_any_rows(self, board: Boards, name: str) -> None:
        page = board(name, ROLE[name])
        chosen = "velvet" if name == "finance" else "all"
        for result in (item for item in BOARDS if item.name == name):
            for card in (card for feed in result.feeds for card in feed.cards):
                drawn = page.drawn(card.id, cluster=chosen, days=365)
                if card.kind == "figure":
                    assert drawn["figure"]["data"] or drawn["figure"]["layout"]["annotations"], card.id

    def test_chooses_only_the_periods_offered(self, board: Boards, name: str) -> None:
        assert board(name, ROLE[name]).ask(CARD[name], cluster="velvet", days=100_000).status_code == 422


class TestClusters:
    def test_a_person_of_one_cluster_is_offered_no_other(
        self, board: Boards, within: Callable[[Page, str], None]
    ) -> None:
        page = board("analytics", "CRM")
        within(page, "noir")
        assert "Noir" in page.layout()
        assert "Velvet" not in page.layout()
        assert "All clusters" not in page.layout()

    @pytest.mark.parametrize("name", NAMES)
    def test_and_gets_no_other_by_asking(
        self, board: Boards, within: Callable[[Page, str], None], name: str
    ) -> None:
        page = board(name, ROLE[name])
        within(page, "noir")
        for chosen in ("velvet", "currency:EUR", "nowhere"):
            assert page.ask(CARD[name], cluster=chosen).status_code == 403, chosen

    def test_everything_means_everything_of_theirs(
        self, board: Boards, within: Callable[[Page, str], None], make: Maker
    ) -> None:
        make.day(make.creator("Mia", cluster="velvet", subscribers=7), ago(1), started=7)
        make.day(make.creator("Zoe", cluster="noir", subscribers=3), ago(1), started=3)
        page = board("analytics", "CRM")
        within(page, "noir")
        assert page.series("growth")["Joined"] == {"Noir": 3}

    def test_the_books_of_others_stay_closed(
        self, board: Boards, within: Callable[[Page, str], None], make: Maker
    ) -> None:
        make.payment((1, 2, 7), on=ago(1), cluster="velvet")
        make.payment((1, 2, 7), on=ago(1), cluster="noir")
        page = board("finance", "Finance")
        within(page, "noir")
        assert [row[0] for row in page.words("by-cluster", cluster="noir")] == ["Noir"]

"""From an upload to a suggestion that the creator takes or turns down."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.contracts.crm import CreatorCard, People
from fanzadmin.contracts.finance import PaymentSettled
from fanzadmin.contracts.gpt import SuggestionAccepted, SuggestionsMade
from fanzadmin.contracts.media import AssetFailed, AssetReady, AssetUploaded, AssetWithdrawn
from fanzadmin.contracts.shield import AssetCleared, AssetQuarantined
from fanzadmin.contracts.social import PostCommented, PostLiked, PostPublished, PostShared
from fanzadmin.gpt import queries, service
from fanzadmin.gpt.models import AssetHistory, Suggestion
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.i18n.languages import using_language
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask, provide
from fanzadmin.kernel.queue.tasks import Task
from tests.gpt.conftest import EveryAsset, Everyone, published, remember, uploaded

Hear = Callable[[Fact], None]


@pytest.fixture
def creator_id(db: Any) -> str:
    """A creator with six posts from the studio and the beach, three of them sold."""
    result = new_id()
    for number in range(3):
        remember(
            db, result, f"Studio light {number}", tags=("studio",), likes=30, caption="Lights on. Kisses, me."
        )
        remember(
            db,
            result,
            f"Beach {number}",
            tags=("beach",),
            likes=10,
            caption="Sand. Kisses, me.",
            audience="ppv",
            price_minor=700,
        )
    return result


@pytest.fixture
def asset_id(db: Any, creator_id: str, hear: Hear) -> str:
    """An upload of that creator with its suggestions."""
    fact = uploaded(creator_id, "Studio nights", audience="ppv", price_minor=999)
    hear(fact)
    service.suggest(fact.asset_id)
    db.flush()
    return fact.asset_id


def cleared(fact: AssetUploaded) -> AssetCleared:
    return AssetCleared(
        asset_id=fact.asset_id, creator_id=fact.creator_id, cluster="velvet", verdict_id=new_id(), clean_key="", kind="video",
        content_type="video/mp4", metadata_removed=(),
    )  # fmt: skip


def facts_of(db: Any, fact_class: type[Fact]) -> list[dict[str, Any]]:
    db.flush()
    return list(db.execute(select(OutboxFact.data).where(OutboxFact.type == fact_class.type)).scalars())


def by_kind(creator_id: str, asset_id: str) -> dict[str, queries.SuggestionView]:
    return {item.kind: item for item in queries.suggestions_for(creator_id, asset_id)}


class TestRemembering:
    def test_an_upload_is_remembered_and_a_clean_file_asks_for_suggestions(self, db: Any, hear: Hear) -> None:
        fact = uploaded(new_id())
        tasks = select(Task.name, Task.queue).where(Task.subject == fact.asset_id)
        hear(fact)
        hear(fact)
        assert db.get(AssetHistory, fact.asset_id).title == "Studio nights"
        assert db.execute(tasks).all() == []
        hear(cleared(fact))
        hear(cleared(fact))
        assert [tuple(task) for task in db.execute(tasks)] == [("gpt.suggest", "ai")]

    def test_nothing_is_offered_for_a_file_that_was_quarantined(
        self, db: Any, hear: Hear, creator_id: str, asset_id: str
    ) -> None:
        offered = service.SuggestionState.OFFERED
        decided, *_ = db.scalars(
            select(Suggestion).where(Suggestion.asset_id == asset_id, Suggestion.state == offered)
        ).all()
        service.accept_suggestion(creator_id, decided.id)
        hear(
            AssetQuarantined(
                asset_id=asset_id,
                creator_id=creator_id,
                cluster="velvet",
                verdict_id=new_id(),
                reasons=("A script.",),
            )
        )
        left = db.scalars(select(Suggestion.id).where(Suggestion.asset_id == asset_id)).all()
        assert left == [decided.id]

    def test_a_playable_asset_asks_again(self, db: Any, hear: Hear) -> None:
        ready = AssetReady(
            asset_id=new_id(), creator_id=new_id(), cluster="velvet", kind="video", duration_ms=1, stored_bytes=1,
            processing_ms=1,
        )  # fmt: skip
        hear(ready)
        assert db.execute(select(Task.name).where(Task.subject == ready.asset_id)).scalar() == "gpt.suggest"

    def test_the_first_publication_keeps_its_time_the_words_are_the_latest(self, db: Any, hear: Hear) -> None:
        first = published(new_id(), "Old title")
        hear(first)
        at = db.get(AssetHistory, first.asset_id).published_at
        hear(published(first.creator_id, "New title", asset_id=first.asset_id))
        db.expire_all()
        asset_history = db.get(AssetHistory, first.asset_id)
        assert (asset_history.title, asset_history.published_at, asset_history.tag_words) == (
            "New title",
            at,
            "studio light",
        )

    def test_what_people_do_is_counted_for_the_asset(self, db: Any, hear: Hear) -> None:
        fact, post, fan = published(new_id()), new_id(), new_id()
        about = {"creator_id": fact.creator_id, "cluster": "velvet"}
        hear(fact)
        hear(PostPublished(post_id=post, asset_id=fact.asset_id, audience="public", **about))
        hear(PostLiked(post_id=post, fan_id=fan, **about))
        hear(PostLiked(post_id=new_id(), fan_id=fan, **about))
        hear(PostCommented(post_id=post, fan_id=fan, comment_id=new_id(), **about))
        hear(PostShared(post_id=post, fan_id=fan, **about))
        hear(LinkClicked(link_id=new_id(), asset_id=fact.asset_id, country="US", device="phone", **about))
        hear(LinkClicked(link_id=new_id(), asset_id="", country="US", device="phone", **about))
        for purpose in ("unlock", "tip"):
            hear(
                PaymentSettled(
                    payment_id=new_id(),
                    purpose=purpose,
                    fan_id=fan,
                    asset_id=fact.asset_id,
                    gross_minor=999,
                    processor_fee_minor=59,
                    platform_fee_minor=190,
                    creator_minor=750,
                    currency="USD",
                    **about,
                )
            )
        db.expire_all()
        asset_history = db.get(AssetHistory, fact.asset_id)
        assert (asset_history.likes, asset_history.comments, asset_history.shares, asset_history.clicks) == (
            1,
            1,
            1,
            1,
        )
        assert (asset_history.unlocks, asset_history.earned_minor) == (1, 750)

    def test_a_post_of_words_is_no_asset(self, hear: Hear) -> None:
        hear(
            PostPublished(
                post_id=new_id(), asset_id="", audience="public", creator_id=new_id(), cluster="velvet"
            )
        )


class TestSuggest:
    def test_each_kind_comes_with_its_reason(self, db: Any, creator_id: str, asset_id: str) -> None:
        result = by_kind(creator_id, asset_id)
        assert list(result) == ["tags", "caption", "hour", "price"]
        assert result["tags"].value == ["studio"]
        assert result["caption"].value == "Lights on."
        assert (result["price"].state, result["price"].value) == ("withheld", None)
        assert all(item.reason and item.provider == "local" and item.model for item in result.values())

    def test_what_cannot_be_said_is_withheld_with_the_reason(self, creator_id: str, asset_id: str) -> None:
        hour = by_kind(creator_id, asset_id)["hour"]
        assert (hour.state, hour.value) == ("withheld", None)
        assert hour.reason == "Your posts so far: 6; 8 are needed to compare hours."

    def test_it_is_told_which_kinds_are_offered(self, db: Any, asset_id: str) -> None:
        assert [fact["kinds"] for fact in facts_of(db, SuggestionsMade)] == [["tags", "caption"]]

    def test_a_beginner_gets_reasons_instead_of_inventions(self, db: Any, hear: Hear) -> None:
        fact = uploaded(new_id())
        hear(fact)
        service.suggest(fact.asset_id)
        assert {item.state for item in queries.suggestions_for(fact.creator_id, fact.asset_id)} == {
            "withheld"
        }
        assert facts_of(db, SuggestionsMade) == []

    def test_the_clusters_words_are_found_by_full_text(self, db: Any, hear: Hear) -> None:
        remember(db, new_id(), "Neon studio", tags=("neon",))
        fact = uploaded(new_id(), "Neon")
        hear(fact)
        service.suggest(fact.asset_id)
        assert by_kind(fact.creator_id, fact.asset_id)["tags"].value == ["neon"]

    def test_words_with_a_meaning_for_the_search_are_only_words(self, db: Any, hear: Hear) -> None:
        fact = uploaded(new_id(), """"quoted" -minus & | ! ( :* or' \\ ' ; --""")
        hear(fact)
        service.suggest(fact.asset_id)
        assert queries.suggestions_for(fact.creator_id, fact.asset_id)

    def test_another_cluster_is_another_world(self, db: Any, hear: Hear) -> None:
        remember(db, new_id(), "Neon studio", tags=("neon",))
        fact = uploaded(new_id(), "Neon", cluster="ember")
        hear(fact)
        service.suggest(fact.asset_id)
        assert by_kind(fact.creator_id, fact.asset_id)["tags"].state == "withheld"

    def test_posts_of_the_last_days_do_not_count_yet(self, db: Any, hear: Hear) -> None:
        creator = new_id()
        remember(db, creator, "Neon", tags=("neon",), days_ago=1)
        fact = uploaded(creator, "Neon")
        hear(fact)
        service.suggest(fact.asset_id)
        assert by_kind(creator, fact.asset_id)["tags"].state == "withheld"

    def test_again_renews_what_is_open_and_leaves_what_was_decided(
        self, db: Any, creator_id: str, asset_id: str
    ) -> None:
        before = by_kind(creator_id, asset_id)
        service.dismiss_suggestion(creator_id, before["tags"].id)
        remember(db, creator_id, "Studio nights", tags=("night",), caption="Good night. Kisses, me.")
        service.suggest(asset_id)
        db.expire_all()
        after = by_kind(creator_id, asset_id)
        assert (after["tags"].state, after["tags"].value) == ("dismissed", ["studio"])
        assert after["caption"].value == "Good night. Lights on."
        assert after["caption"].id == before["caption"].id

    def test_an_asset_nobody_knows_is_left_alone(self, db: Any) -> None:
        service.suggest(new_id())
        assert db.query(Suggestion).count() == 0


class TestWhatCannotUseIt:
    @pytest.mark.parametrize("state", ["failed", "quarantined", "withdrawn", "cancelled"])
    def test_gets_no_suggestions(
        self, db: Any, creator_id: str, asset_id: str, assets: EveryAsset, state: str
    ) -> None:
        assets.states[asset_id] = state
        tags = by_kind(creator_id, asset_id)["tags"]
        with pytest.raises(service.OutOfUse):
            service.accept_suggestion(creator_id, tags.id)
        service.suggest(asset_id)
        assert by_kind(creator_id, asset_id) == {}

    def test_loses_what_was_offered_when_it_fails_or_is_withdrawn(
        self, db: Any, creator_id: str, hear: Hear
    ) -> None:
        about = {"creator_id": creator_id, "cluster": "velvet"}
        for end in (
            lambda asset: AssetFailed(asset_id=asset, title="x", reason="x", **about),
            lambda asset: AssetWithdrawn(asset_id=asset, reason="x", **about),
        ):
            fact = uploaded(creator_id, "Studio nights")
            hear(fact)
            service.suggest(fact.asset_id)
            assert by_kind(creator_id, fact.asset_id)
            hear(end(fact.asset_id))
            assert by_kind(creator_id, fact.asset_id) == {}

    def test_gets_no_hour_once_it_is_out(
        self, db: Any, creator_id: str, asset_id: str, assets: EveryAsset, hear: Hear
    ) -> None:
        assert "hour" in by_kind(creator_id, asset_id)
        hear(published(creator_id, "Studio nights", asset_id=asset_id))
        assets.states[asset_id] = "published"
        service.suggest(asset_id)
        assert "hour" not in by_kind(creator_id, asset_id)


class TestTheSameForSeveral:
    @pytest.fixture
    def three(self, db: Any, creator_id: str, hear: Hear) -> list[str]:
        facts = [uploaded(creator_id, "Studio nights") for _ in range(3)]
        for fact in facts:
            hear(fact)
            service.suggest(fact.asset_id)
        db.flush()
        return [fact.asset_id for fact in facts]

    def test_is_one_to_decide(self, creator_id: str, three: list[str]) -> None:
        groups = queries.groups_of(queries.waiting_for(creator_id))
        assert {group.newest.kind: len(group.suggestions) for group in groups} == {"tags": 3, "caption": 3}
        assert queries.count_waiting(creator_id) == 2

    def test_is_taken_once_for_all(self, db: Any, creator_id: str, three: list[str]) -> None:
        tags = by_kind(creator_id, three[0])["tags"]
        service.accept_suggestion(creator_id, tags.id, alike=True)
        assert sorted(fact["asset_id"] for fact in facts_of(db, SuggestionAccepted)) == sorted(three)

    def test_is_turned_down_once_for_all_or_for_one_alone(
        self, db: Any, creator_id: str, three: list[str]
    ) -> None:
        first = by_kind(creator_id, three[0])
        service.dismiss_suggestion(creator_id, first["tags"].id, alike=True)
        service.dismiss_suggestion(creator_id, first["caption"].id)
        db.expire_all()
        other = by_kind(creator_id, three[1])
        assert (other["tags"].state, other["caption"].state) == ("dismissed", "offered")


class TestAReader:
    def test_gets_the_reason_in_the_own_language(self, app: Any, creator_id: str, asset_id: str) -> None:
        with app.test_request_context(), using_language("de"):
            german = by_kind(creator_id, asset_id)["hour"]
        assert german.reason == "Deine Beiträge bisher: 6; um Stunden zu vergleichen, braucht es 8."
        assert german.reason_codes == ("gpt.few_posts?posts=6&needed=8",)

    def test_chooses_a_clock_and_hours_are_looked_for_anew(
        self, db: Any, creator_id: str, asset_id: str
    ) -> None:
        with pytest.raises(service.NoSuchTimeZone):
            service.set_time_zone(creator_id, "Mars/Olympus")
        service.set_time_zone(creator_id, "Europe/Berlin")
        service.set_time_zone(creator_id, "Europe/Berlin")
        assert queries.time_zone_of(creator_id) == "Europe/Berlin"
        assert db.execute(select(Task.subject).where(Task.name == "gpt.suggest")).scalars().all() == [
            asset_id
        ]


class TestAcceptSuggestion:
    def test_it_is_told_once_with_the_value_as_json(self, db: Any, creator_id: str, asset_id: str) -> None:
        tags = by_kind(creator_id, asset_id)["tags"]
        service.accept_suggestion(creator_id, tags.id)
        service.accept_suggestion(creator_id, tags.id)
        facts = facts_of(db, SuggestionAccepted)
        assert len(facts) == 1
        assert (facts[0]["kind"], json.loads(facts[0]["value"])) == ("tags", ["studio"])

    def test_what_was_turned_down_stays_so(self, creator_id: str, asset_id: str) -> None:
        tags = by_kind(creator_id, asset_id)["tags"]
        service.dismiss_suggestion(creator_id, tags.id)
        service.dismiss_suggestion(creator_id, tags.id)
        with pytest.raises(service.AlreadyDecided, match="You dismissed this suggestion before"):
            service.accept_suggestion(creator_id, tags.id)

    def test_what_was_taken_cannot_be_turned_down(self, creator_id: str, asset_id: str) -> None:
        tags = by_kind(creator_id, asset_id)["tags"]
        service.accept_suggestion(creator_id, tags.id)
        with pytest.raises(service.AlreadyDecided):
            service.dismiss_suggestion(creator_id, tags.id)

    def test_there_is_nothing_to_take_in_a_withheld_one(self, creator_id: str, asset_id: str) -> None:
        with pytest.raises(service.NothingToAccept):
            service.accept_suggestion(creator_id, by_kind(creator_id, asset_id)["hour"].id)

    def test_the_neighbour_does_not_find_it(self, creator_id: str, asset_id: str) -> None:
        tags = by_kind(creator_id, asset_id)["tags"]
        for verb in (service.accept_suggestion, service.dismiss_suggestion):
            with pytest.raises(service.NoSuchSuggestion):
                verb(new_id(), tags.id)
            with pytest.raises(service.NoSuchSuggestion):
                verb(creator_id, "no id")


class TestReads:
    def test_what_waits_is_counted(self, creator_id: str, asset_id: str) -> None:
        assert queries.count_waiting(creator_id) == len(queries.waiting_for(creator_id)) == 2
        assert queries.suggestions_for(new_id(), asset_id) == ()


@pytest.fixture
def people(app: Any) -> Iterator[dict[int, str]]:
    """CreatorCRM knows these logins as creators: user id → creator id."""
    values: dict[int, str] = {}

    class Few(Everyone):
        def creator_of_user(self, user_id: int) -> CreatorCard | None:
            if user_id not in values:
                return None
            return CreatorCard(
                values[user_id], user_id, "ada", "Ada", "velvet", "Velvet", "USD", 999, "active", ""
            )

    real = ask(People)
    provide(People, Few())
    yield values
    provide(People, real)


class TestResource:
    def test_a_creator_reads_takes_and_turns_down_the_own(
        self, creator_id: str, asset_id: str, people: dict[int, str], login: Any
    ) -> None:
        mine = login("Creator")
        people[mine.user_id] = creator_id
        items = mine.get(f"/api/v1/gpt/suggestions?asset_id={asset_id}&state=offered").json["items"]
        by_name = {item["kind"]: item for item in items}
        assert set(by_name) == {"tags", "caption"}
        assert mine.post(f"/api/v1/gpt/suggestions/{by_name['tags']['id']}/accept").status_code == 204
        assert mine.post(f"/api/v1/gpt/suggestions/{by_name['caption']['id']}/dismiss").status_code == 204
        assert mine.post(f"/api/v1/gpt/suggestions/{by_name['caption']['id']}/accept").status_code == 409

    def test_the_neighbour_sees_and_takes_nothing(
        self, creator_id: str, asset_id: str, people: dict[int, str], login: Any
    ) -> None:
        other, tags = login("Creator"), by_kind(creator_id, asset_id)["tags"]
        people[other.user_id] = new_id()
        assert other.get(f"/api/v1/gpt/suggestions?asset_id={asset_id}").json["items"] == []
        assert other.post(f"/api/v1/gpt/suggestions/{tags.id}/accept").status_code == 404

    @pytest.mark.parametrize(("role", "status"), [(None, 401), ("Fan", 403), ("CRM", 403), ("Creator", 403)])
    def test_nobody_and_the_wrong_role_are_refused(
        self, role: str | None, status: int, people: dict[int, str], client: Any, login: Any
    ) -> None:
        asking = login(role) if role else client
        assert asking.get("/api/v1/gpt/suggestions").status_code == status


class TestConsoles:
    @pytest.mark.parametrize("console", ["gptsuggestionconsole", "gpthistoryconsole"])
    def test_content_people_see_them_others_do_not(
        self, console: str, asset_id: str, login: Any, client: Any
    ) -> None:
        assert "Studio nights" in login("Content").get(f"/{console}/list/").text
        for wrong in (client, login("Creator"), login("Finance")):
            assert wrong.get(f"/{console}/list/").status_code != 200

    def test_a_suggestion_opens(self, creator_id: str, asset_id: str, login: Any) -> None:
        tags = by_kind(creator_id, asset_id)["tags"]
        assert tags.reason[:20] in login("Content").get(f"/gptsuggestionconsole/show/{tags.id}").text

"""Who may see what: the one answer that every page, feed and conversation asks for."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzadmin.contracts.media import Access, Remedy, Viewer, remedy_for
from fanzadmin.kernel import clock
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.media.assets.models import Asset, Audience
from fanzadmin.media.playback.queries import AccessAnswers
from tests.town import Town

CREATORS = tuple(new_id() for _ in range(3))
FANS = tuple(new_id() for _ in range(2))
CLUSTERS = ("nova", "velvet")

VIEWERS = st.one_of(
    st.just(Viewer()),
    st.builds(Viewer, user_id=st.just(1), fan_id=st.sampled_from(FANS)),
    st.builds(Viewer, user_id=st.just(2), creator_id=st.sampled_from(CREATORS)),
    st.builds(Viewer, user_id=st.just(3), fan_id=st.sampled_from(FANS), creator_id=st.sampled_from(CREATORS)),
    st.builds(
        Viewer,
        user_id=st.just(4),
        is_staff=st.just(True),
        clusters=st.none() | st.frozensets(st.sampled_from(CLUSTERS)),
    ),
)


@pytest.fixture
def library(db: Any, town: Town) -> list[Asset]:
    """One asset for each audience, creator and brand, published and not."""
    for creator_id in CREATORS:
        town.new_creator(id=creator_id, login=False)
    assets = [
        new_asset(audience, creator_id=creator_id, cluster=cluster, is_published=is_published)
        for audience, creator_id, cluster, is_published in product(
            Audience, CREATORS, CLUSTERS, (True, False)
        )
    ]
    db.add_all(assets)
    db.flush()
    return assets


def new_asset(
    audience: Audience, *, creator_id: str, cluster: str = "nova", is_published: bool = True
) -> Asset:
    return Asset(
        id=new_id(), creator_id=creator_id, cluster=cluster, title="x", audience=audience,
        price_minor=500 if audience is Audience.PPV else 0, currency="USD", filename="x", content_type="video/mp4", size=1,
        sha256="0" * 64, source_key="x", published_at=clock.now() if is_published else None,
    )  # fmt: skip


def expected(asset: Asset, viewer: Viewer, town: Town) -> Remedy:
    """The matrix, spelled out case by case."""
    if viewer.is_staff and (viewer.clusters is None or asset.cluster in viewer.clusters):
        return Remedy.NOTHING
    if viewer.creator_id == asset.creator_id:
        return Remedy.NOTHING
    if asset.audience == Audience.PUBLIC or (viewer.fan_id, asset.id) in town.unlocks:
        return Remedy.NOTHING
    if asset.audience == Audience.PPV:
        return Remedy.UNLOCK
    is_paid = (viewer.fan_id, asset.creator_id) in town.subscriptions
    return Remedy.NOTHING if is_paid else Remedy.SUBSCRIBE


class TestOpenings:
    @settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(viewer=VIEWERS, payments=st.data())
    def test_each_viewer_sees_what_the_audience_and_the_payments_say(
        self, town: Town, library: list[Asset], viewer: Viewer, payments: st.DataObject
    ) -> None:
        ids = tuple(asset.id for asset in library)
        fans, creators = st.sampled_from(FANS), st.sampled_from(CREATORS)
        town.entitlements.subscriptions = payments.draw(st.sets(st.tuples(fans, creators)))
        town.entitlements.unlocks = payments.draw(st.sets(st.tuples(fans, st.sampled_from(ids))))
        openings = AccessAnswers().openings(viewer, ids)
        assert {asset_id: opening.remedy for asset_id, opening in openings.items()} == {
            asset.id: expected(asset, viewer, town) for asset in library if asset.published_at
        }

    def test_nothing_of_a_creator_who_may_not_act_is_seen_but_by_her_and_the_staff(
        self, town: Town, library: list[Asset]
    ) -> None:
        ids = tuple(asset.id for asset in library)
        for card in tuple(town.people.creator_cards.values()):
            town.suspend(card)
        assert AccessAnswers().openings(Viewer(user_id=1, fan_id=FANS[0]), ids) == {}
        seen = AccessAnswers().openings(Viewer(user_id=2, creator_id=CREATORS[0]), ids)
        assert {opening.card.creator_id for opening in seen.values()} == {CREATORS[0]}
        everything = AccessAnswers().openings(Viewer(user_id=3, is_staff=True), ids)
        assert len(everything) == len(ids) // 2

    def test_the_platform_asks_mediacore(self, app: Any) -> None:
        assert isinstance(ask(Access), AccessAnswers)

    def test_many_assets_cost_as_many_statements_as_one(
        self, town: Town, library: list[Asset], count_statements: Any
    ) -> None:
        ids = tuple(asset.id for asset in library)
        viewer = Viewer(user_id=1, fan_id=FANS[0])
        with count_statements() as few:
            AccessAnswers().openings(viewer, ids[:1])
        with count_statements() as many:
            assert len(AccessAnswers().openings(viewer, ids)) == len(ids) // 2
        assert len(many) == len(few) == 2  # the assets, and whom the fan has blocked

    def test_what_is_no_id_and_what_is_unknown_are_left_out(self, town: Town) -> None:
        assert AccessAnswers().openings(Viewer(), ("nonsense", new_id())) == {}


class TestRemedyFor:
    @pytest.mark.parametrize("audience", list(Audience))
    def test_an_owner_needs_none(self, audience: Audience) -> None:
        assert not remedy_for(audience, is_owner=True, is_subscribed=False, has_unlocked=False)

    @pytest.mark.parametrize(
        ("audience", "is_subscribed", "has_unlocked", "remedy"),
        [
            ("public", False, False, Remedy.NOTHING),
            ("subscribers", False, False, Remedy.SUBSCRIBE),
            ("subscribers", True, False, Remedy.NOTHING),
            ("subscribers", False, True, Remedy.NOTHING),
            ("ppv", False, False, Remedy.UNLOCK),
            ("ppv", True, False, Remedy.UNLOCK),
            ("ppv", False, True, Remedy.NOTHING),
        ],
    )
    def test_money_opens_what_it_was_paid_for(
        self, audience: str, is_subscribed: bool, has_unlocked: bool, remedy: Remedy
    ) -> None:
        assert (
            remedy_for(audience, is_owner=False, is_subscribed=is_subscribed, has_unlocked=has_unlocked)
            is remedy
        )


class TestOwns:
    def test_anonymous_owns_nothing(self) -> None:
        assert not Viewer().owns(CREATORS[0], "nova")

    def test_a_creator_owns_the_own_only(self) -> None:
        viewer = Viewer(user_id=1, creator_id=CREATORS[0])
        assert viewer.owns(CREATORS[0], "nova")
        assert not viewer.owns(CREATORS[1], "nova")

    def test_staff_own_those_of_their_clusters(self) -> None:
        viewer = Viewer(user_id=1, is_staff=True, clusters=frozenset({"nova"}))
        assert viewer.owns(CREATORS[0], "nova")
        assert not viewer.owns(CREATORS[0], "velvet")

"""FanzGPT's history equals what happened, in whatever order and how often the facts come."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzadmin.contracts.biolink import LinkClicked
from fanzadmin.contracts.finance import PaymentRefunded, PaymentSettled
from fanzadmin.contracts.media import AssetWithdrawn
from fanzadmin.contracts.social import (
    CommentRemoved,
    PostCommented,
    PostLiked,
    PostPublished,
    PostShared,
    PostUnliked,
)
from fanzadmin.gpt.models import AssetHistory
from fanzadmin.gpt.service.history import own_past
from fanzadmin.kernel.bus import Fact
from fanzadmin.kernel.ids import new_id
from tests.gpt.conftest import fresh, published, remember, uploaded

FIGURES = ("likes", "comments", "shares", "clicks", "unlocks", "earned_minor")
ACTS = st.lists(
    st.tuples(st.sampled_from(["like", "comment", "share", "click", "unlock"]), st.booleans()), max_size=12
)


class World:
    """An asset, what people do with it, and what is left of it in the end."""

    def __init__(self) -> None:
        upload = uploaded(new_id())
        self.asset_id, self.creator_id, self.post_id = upload.asset_id, upload.creator_id, new_id()
        self.about = {"creator_id": self.creator_id, "cluster": "velvet"}
        self.figures = dict.fromkeys(FIGURES, 0)
        # the bus keeps the order of each subject, and no more
        self.subjects: dict[str, list[Fact]] = {
            self.asset_id: [upload, published(self.creator_id, asset_id=self.asset_id)],
            self.post_id: [
                PostPublished(post_id=self.post_id, asset_id=self.asset_id, audience="public", **self.about)
            ],
        }

    def act(self, act: str, *, is_taken_back: bool) -> None:
        who = {"post_id": self.post_id, "fan_id": new_id(), **self.about}
        comment_id, remains = new_id(), not is_taken_back
        post = self.subjects[self.post_id]
        match act:
            case "like":
                post += [PostLiked(**who), *([PostUnliked(**who)] if is_taken_back else [])]
                self.figures["likes"] += remains
            case "comment":
                post.append(PostCommented(comment_id=comment_id, **who))
                post += [CommentRemoved(comment_id=comment_id, **who)] if is_taken_back else []
                self.figures["comments"] += remains
            case "share":
                post.append(PostShared(**who))
                self.figures["shares"] += 1
            case "click":
                link = new_id()
                click = LinkClicked(
                    link_id=link, asset_id=self.asset_id, country="", device="phone", **self.about
                )
                self.subjects[link] = [click]
                self.figures["clicks"] += 1
            case "unlock":
                payment = {"payment_id": new_id(), "purpose": "unlock", "fan_id": new_id(), "currency": "USD"}
                payment |= {"asset_id": self.asset_id, **self.about}
                money = {"gross_minor": 999, "creator_minor": 750}
                facts: list[Fact] = [
                    PaymentSettled(processor_fee_minor=59, platform_fee_minor=190, **money, **payment)
                ]
                facts += [PaymentRefunded(**money, **payment)] if is_taken_back else []
                self.subjects[payment["payment_id"]] = facts
                self.figures["unlocks"] += remains
                self.figures["earned_minor"] += 750 * remains


class TestTheHistory:
    @given(acts=ACTS, data=st.data())
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_equals_what_is_left_in_any_order_of_the_subjects(
        self, db: Any, hear: Callable[[Fact], None], acts: list[tuple[str, bool]], data: st.DataObject
    ) -> None:
        world = World()
        for act, is_taken_back in acts:
            world.act(act, is_taken_back=is_taken_back)
        queues = {subject: list(facts) for subject, facts in world.subjects.items()}
        while queues:
            subject = data.draw(st.sampled_from(sorted(queues)))
            hear(queues[subject].pop(0))
            if not queues[subject]:
                del queues[subject]
        db.expire_all()
        row = db.get(AssetHistory, world.asset_id)
        assert {name: getattr(row, name) for name in FIGURES} == world.figures
        assert (row.title, row.post_id, row.published_at is not None) == ("Studio light", world.post_id, True)

    def test_learns_nothing_from_what_was_withdrawn_until_it_is_back(
        self, db: Any, hear: Callable[[Fact], None]
    ) -> None:
        creator_id = new_id()
        asset_id = remember(db, creator_id)
        new = fresh(creator_id=creator_id)
        assert [asset.asset_id for asset in own_past(new)] == [asset_id]
        hear(AssetWithdrawn(asset_id=asset_id, creator_id=creator_id, cluster="velvet", reason="x"))
        assert own_past(new) == []
        hear(published(creator_id, asset_id=asset_id))
        assert [asset.asset_id for asset in own_past(new)] == [asset_id]

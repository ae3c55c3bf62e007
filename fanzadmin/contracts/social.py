"""FusionGeniusFanzSocial: posts and what people do with them."""

from fanzadmin.contracts.timeline import Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons

declare_reasons("social", {"deleted": N_("Its creator deleted it.")})


@fact("social.post_published.v1", subject="post_id")
class PostPublished(Fact):
    """A post stands in the followers' feeds; `asset_id` is empty for a post of words."""

    post_id: str
    creator_id: str
    asset_id: str
    audience: str


@fact("social.post_edited.v1", subject="post_id")
class PostEdited(Fact):
    """A written post reads or is offered otherwise from now on."""

    post_id: str
    creator_id: str
    audience: str


@fact("social.post_removed.v1", subject="post_id")
class PostRemoved(Fact):
    """A post is gone from every reader; it does not come back. `removed_by` is creator or moderator; `asset_id` is empty for a written
    one."""

    post_id: str
    creator_id: str
    asset_id: str
    removed_by: str


@fact("social.post_liked.v1", subject="post_id")
class PostLiked(Fact):
    post_id: str
    creator_id: str
    fan_id: str


@fact("social.post_commented.v1", subject="post_id")
class PostCommented(Fact):
    post_id: str
    creator_id: str
    fan_id: str
    comment_id: str


@fact("social.comment_removed.v1", subject="post_id")
class CommentRemoved(Fact):
    """A fan's comment is gone from under a post: taken back by the fan, or removed by the creator or the Community team."""

    post_id: str
    creator_id: str
    fan_id: str
    comment_id: str


@fact("social.post_shared.v1", subject="post_id")
class PostShared(Fact):
    post_id: str
    creator_id: str
    fan_id: str


@fact("social.creator_followed.v1", subject="creator_id")
class CreatorFollowed(Fact):
    creator_id: str
    fan_id: str


@fact("social.post_unliked.v1", subject="post_id")
class PostUnliked(Fact):
    """A fan took a like back."""

    post_id: str
    creator_id: str
    fan_id: str


@fact("social.creator_unfollowed.v1", subject="creator_id")
class CreatorUnfollowed(Fact):
    """A fan does not follow a creator any more."""

    creator_id: str
    fan_id: str


timeline(PostLiked, counts={"likes": 1}, seen=True)
timeline(PostUnliked, counts={"likes": -1})
timeline(
    PostCommented,
    creator=Entry("commented", N_("%(fan)s commented on a post."), about="fan_id"),
    fan=Entry("commented", N_("%(fan)s commented on a post of %(creator)s."), about="creator_id"),
    counts={"comments": 1},
    seen=True,
)
timeline(CommentRemoved, counts={"comments": -1})
timeline(PostShared, counts={"shares": 1}, seen=True)
timeline(CreatorFollowed, counts={"followers": 1}, seen=True)
timeline(CreatorUnfollowed, counts={"followers": -1})

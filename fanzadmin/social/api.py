"""FanzSocial for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from flask.views import MethodView
from marshmallow import Schema, validate
from marshmallow import fields as f

from fanzadmin.kernel.web.rest import Blueprint, PageArgs, Paged, PageOptions
from fanzadmin.social import queries, service
from fanzadmin.social.queries import CommentCard, OwnPost, PostCard
from fanzadmin.social.rights import SOCIAL_OWN_USE
from security.identity import me, own_creator
from security.rbac import requires

social = Blueprint(
    "social", __name__, url_prefix="/api/v1/social", description="Posts, and what fans do with them"
)


AUDIENCE = validate.OneOf(["public", "subscribers"])


class PostArgs(Schema):
    """Published at once, unless `publish_at` or `draft` says otherwise. `asset_ids` are assets of your own."""

    body = f.String(required=True)
    audience = f.String(load_default="public", validate=AUDIENCE)
    asset_ids = f.List(f.String(), load_default=list)
    publish_at = f.AwareDateTime(load_default=None, allow_none=True)
    is_draft = f.Boolean(load_default=False, data_key="draft")


class PostChangeArgs(Schema):
    """What shall be otherwise. A `publish_at` of null makes a scheduled post a draft again."""

    body = f.String()
    audience = f.String(validate=AUDIENCE)
    asset_ids = f.List(f.String())
    publish_at = f.AwareDateTime(allow_none=True)


class OwnPostsArgs(PageArgs):
    state = f.String(load_default=None, validate=validate.OneOf(["draft", "scheduled", "visible", "removed"]))


class NewPost(TypedDict):
    """What PostArgs loads."""

    body: str
    audience: str
    asset_ids: list[str]
    publish_at: datetime | None
    is_draft: bool


class ChangedPost(TypedDict, total=False):
    """What PostChangeArgs loads."""

    body: str
    audience: str
    asset_ids: list[str]
    publish_at: datetime | None


class OwnPostsOptions(PageOptions):
    """What OwnPostsArgs loads."""

    state: str | None


class CommentArgs(Schema):
    body = f.String(required=True)


@dataclass(frozen=True, slots=True)
class Created:
    """The id of what was written."""

    id: str


@dataclass(frozen=True, slots=True)
class Likes:
    """The likes of a post, and whether one of them is yours."""

    likes: int
    liked: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of a post."""

    shares: int


@dataclass(frozen=True, slots=True)
class FollowState:
    """Whether you follow a creator."""

    creator_id: str
    following: bool


@social.route("/feed")
class Feed(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.arguments(PageArgs, location="query")
    @social.response(200, Paged[PostCard])
    def get(self, args: PageOptions) -> Paged[PostCard]:
        """The posts of the creators that you follow, the newest first."""
        return queries.feed(me(), **args)


@social.route("/posts")
class Posts(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.arguments(PostArgs)
    @social.response(201, Created)
    def post(self, values: NewPost) -> Created:
        """Write a post, as a creator: published now, later, or kept as a draft."""
        return Created(service.write_post(me(), **values))


@social.route("/posts/<post_id>")
class OnePost(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.response(200, PostCard)
    def get(self, post_id: str) -> PostCard:
        """A post of a creator whom you may see."""
        return queries.post(me(), post_id)

    @requires(SOCIAL_OWN_USE)
    @social.arguments(PostChangeArgs)
    @social.response(200, OwnPost)
    def patch(self, values: ChangedPost, post_id: str) -> OwnPost:
        """Change a post that you wrote; one that is out is marked as edited."""
        is_draft = "publish_at" in values and values["publish_at"] is None
        service.edit_post(me(), post_id, service.PostChange(**values, is_draft=is_draft))
        return queries.own_post(own_creator().id, post_id)

    @requires(SOCIAL_OWN_USE)
    @social.response(204)
    def delete(self, post_id: str) -> None:
        """Take a post of yours from every reader for good; the asset of one stays."""
        service.delete_post(me(), post_id)


@social.post("/posts/<post_id>/publish")
@requires(SOCIAL_OWN_USE)
@social.response(200, OwnPost)
def publish_post(post_id: str) -> OwnPost:
    """Publish a draft or a scheduled post now."""
    service.publish_own_post(me(), post_id)
    return queries.own_post(own_creator().id, post_id)


@social.route("/own-posts")
class OwnPosts(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.arguments(OwnPostsArgs, location="query")
    @social.response(200, Paged[OwnPost])
    def get(self, args: OwnPostsOptions) -> Paged[OwnPost]:
        """Your posts as a creator, drafts and scheduled ones too, the latest first."""
        return queries.own_posts(own_creator().id, **args)


@social.route("/own-posts/<post_id>")
class OneOwnPost(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.response(200, OwnPost)
    def get(self, post_id: str) -> OwnPost:
        """One of your posts, whatever its state."""
        return queries.own_post(own_creator().id, post_id)


@social.route("/creators/<creator_id>/posts")
class CreatorPosts(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.arguments(PageArgs, location="query")
    @social.response(200, Paged[PostCard])
    def get(self, args: PageOptions, creator_id: str) -> Paged[PostCard]:
        """The posts of one creator as you may see them."""
        return queries.posts_of(creator_id, me(), **args)


@social.route("/posts/<post_id>/like")
class PostLike(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.response(200, Likes)
    def post(self, post_id: str) -> Likes:
        """Like; twice is once."""
        return Likes(service.like_post(me(), post_id), liked=True)

    @requires(SOCIAL_OWN_USE)
    @social.response(200, Likes)
    def delete(self, post_id: str) -> Likes:
        """Take your like back."""
        return Likes(service.unlike_post(me(), post_id), liked=False)


@social.route("/posts/<post_id>/comments")
class PostComments(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.arguments(PageArgs, location="query")
    @social.response(200, Paged[CommentCard])
    def get(self, args: PageOptions, post_id: str) -> Paged[CommentCard]:
        """The comments, the oldest first."""
        return queries.comments_of(me(), post_id, **args)

    @requires(SOCIAL_OWN_USE)
    @social.arguments(CommentArgs)
    @social.response(201, Created)
    def post(self, values: dict[str, str], post_id: str) -> Created:
        """Comment on a post."""
        return Created(service.comment_post(me(), post_id, **values))


@social.route("/comments/<comment_id>")
class OneComment(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.response(204)
    def delete(self, comment_id: str) -> None:
        """Take your comment back; a creator may take any from under the own posts."""
        service.withdraw_comment(me(), comment_id)


@social.route("/posts/<post_id>/shares")
class PostShares(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.response(201, Shares)
    def post(self, post_id: str) -> Shares:
        """You carried the post elsewhere; counted once for each fan."""
        return Shares(service.share_post(me(), post_id))


@social.route("/follows/<creator_id>")
class OneFollow(MethodView):
    @requires(SOCIAL_OWN_USE)
    @social.response(200, FollowState)
    def get(self, creator_id: str) -> FollowState:
        """Whether you follow a creator."""
        return FollowState(creator_id, following=queries.follows(me(), creator_id))

    @requires(SOCIAL_OWN_USE)
    @social.response(200, FollowState)
    def post(self, creator_id: str) -> FollowState:
        """Follow; twice is once."""
        service.follow_creator(me(), creator_id)
        return FollowState(creator_id, following=True)

    @requires(SOCIAL_OWN_USE)
    @social.response(200, FollowState)
    def delete(self, creator_id: str) -> FollowState:
        """Unfollow; not following is no error."""
        service.unfollow_creator(me(), creator_id)
        return FollowState(creator_id, following=False)

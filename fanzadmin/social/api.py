"""FanzSocial for programs."""

from typing import Any

from flask.views import MethodView

from fanzadmin.kernel.web.rest import Blueprint, PageArgs
from fanzadmin.social import queries, service
from fanzadmin.social.schemas import (
    CommentPage,
    CommentSchema,
    FollowSchema,
    LikesSchema,
    MadeSchema,
    NewPostSchema,
    PostPage,
    PostSchema,
    SharesSchema,
)
from security.identity import me
from security.rbac import Right, requires

social = Blueprint(
    "social", __name__, url_prefix="/api/v1/social", description="Posts, and what fans do with them"
)


@social.route("/feed")
class Feed(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.arguments(PageArgs, location="query")
    @social.response(200, PostPage)
    def get(self, args: dict[str, Any]) -> Any:
        """The posts of the creators that you follow, the newest first."""
        return queries.feed(me(), **args)


@social.route("/posts")
class Posts(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.arguments(NewPostSchema)
    @social.response(201, MadeSchema)
    def post(self, values: dict[str, Any]) -> dict[str, str]:
        """Write a post, as a creator."""
        return {"id": service.write_post(me(), **values)}


@social.route("/posts/<post_id>")
class OnePost(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.response(200, PostSchema)
    def get(self, post_id: str) -> Any:
        """A post of a creator whom you may see."""
        return queries.post(me(), post_id)


@social.route("/creators/<creator_id>/posts")
class CreatorPosts(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.arguments(PageArgs, location="query")
    @social.response(200, PostPage)
    def get(self, args: dict[str, Any], creator_id: str) -> Any:
        """The posts of one creator as you may see them."""
        return queries.posts_of(creator_id, me(), **args)


@social.route("/posts/<post_id>/like")
class PostLike(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.response(200, LikesSchema)
    def post(self, post_id: str) -> dict[str, Any]:
        """Like; twice is once."""
        return {"likes": service.like_post(me(), post_id), "liked": True}

    @requires(Right.SOCIAL_OWN_USE)
    @social.response(200, LikesSchema)
    def delete(self, post_id: str) -> dict[str, Any]:
        """Take your like back."""
        return {"likes": service.unlike_post(me(), post_id), "liked": False}


@social.route("/posts/<post_id>/comments")
class PostComments(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.arguments(PageArgs, location="query")
    @social.response(200, CommentPage)
    def get(self, args: dict[str, Any], post_id: str) -> Any:
        """The comments, the oldest first."""
        return queries.comments_of(me(), post_id, **args)

    @requires(Right.SOCIAL_OWN_USE)
    @social.arguments(CommentSchema)
    @social.response(201, MadeSchema)
    def post(self, values: dict[str, Any], post_id: str) -> dict[str, str]:
        """Comment on a post."""
        return {"id": service.comment_post(me(), post_id, **values)}


@social.route("/comments/<comment_id>")
class OneComment(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.response(204)
    def delete(self, comment_id: str) -> None:
        """Take your comment back; a creator may take any from under the own posts."""
        service.withdraw_comment(me(), comment_id)


@social.route("/posts/<post_id>/shares")
class PostShares(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.response(201, SharesSchema)
    def post(self, post_id: str) -> dict[str, int]:
        """You carried the post elsewhere; counted once for each fan."""
        return {"shares": service.share_post(me(), post_id)}


@social.route("/follows/<creator_id>")
class OneFollow(MethodView):
    @requires(Right.SOCIAL_OWN_USE)
    @social.response(200, FollowSchema)
    def get(self, creator_id: str) -> dict[str, Any]:
        """Whether you follow a creator."""
        return {"creator_id": creator_id, "following": queries.follows(me(), creator_id)}

    @requires(Right.SOCIAL_OWN_USE)
    @social.response(200, FollowSchema)
    def post(self, creator_id: str) -> dict[str, Any]:
        """Follow; twice is once."""
        service.follow_creator(me(), creator_id)
        return {"creator_id": creator_id, "following": True}

    @requires(Right.SOCIAL_OWN_USE)
    @social.response(200, FollowSchema)
    def delete(self, creator_id: str) -> dict[str, Any]:
        """Unfollow; not following is no error."""
        service.unfollow_creator(me(), creator_id)
        return {"creator_id": creator_id, "following": False}

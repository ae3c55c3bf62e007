"""Posts and comments that are reported: what stands there for the one who reports, and their removal."""

from fanzadmin.contracts.crm import Evidence
from fanzadmin.contracts.media import Viewer
from fanzadmin.kernel.db import session
from fanzadmin.social.models import Comment, Post, State
from fanzadmin.social.queries.visibility import NoSuchPost, published_post, visible_posts
from fanzadmin.social.service.posts import moderate_post
from fanzadmin.social.service.reactions import moderate_comment


class PostEvidence:
    """The answer to `contracts.crm.ReportedPosts`."""

    def evidence(self, kind: str, subject_id: str, viewer: Viewer) -> Evidence | None:
        comment = session.get(Comment, subject_id) if kind == "comment" else None
        if kind == "comment" and (comment is None or comment.state != State.VISIBLE):
            return None
        post = _visible(viewer, comment.post_id if comment else subject_id)
        if post is None:
            return None
        title, text = post.title, post.body
        return Evidence(
            cluster=post.cluster,
            creator_id=post.creator_id,
            fan_id=comment.fan_id if comment else None,
            title="" if comment else title,
            text=comment.body if comment else text,
            asset_id=post.asset_id,
            surroundings=tuple(filter(None, (title, text))) if comment else (),
        )

    def remove(self, kind: str, subject_id: str, *, reason: str) -> None:
        if kind == "post":
            moderate_post(subject_id, reason=reason)
            return
        comment = session.get(Comment, subject_id)
        if comment is not None and comment.state == State.VISIBLE:
            moderate_comment(subject_id, reason=reason)


def _visible(viewer: Viewer, post_id: str) -> Post | None:
    try:
        visible = visible_posts(viewer, [published_post(post_id)])
    except NoSuchPost:
        return None
    return visible[0].post if visible else None

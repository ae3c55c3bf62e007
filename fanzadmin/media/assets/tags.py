"""Who publishes under a tag, answered for everybody who asks."""

from sqlalchemy import select

from fanzadmin.kernel.db import session
from fanzadmin.media.assets.models import Asset


class TagAnswers:
    """The answer to `contracts.media.TaggedAssets`."""

    def creators_with_tag(self, tag: str, *, cluster: str) -> frozenset[str]:
        word = tag.strip().lstrip("#").lower()
        query = select(Asset.creator_id).where(
            Asset.tags.contains([word]), Asset.cluster == cluster, Asset.published_at.is_not(None)
        )
        return frozenset(session.execute(query.distinct()).scalars())

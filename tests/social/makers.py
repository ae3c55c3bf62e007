"""A creator with posts, and fans who look at them."""

from fanzadmin.contracts.crm import CreatorCard, FanCard
from fanzadmin.contracts.media import AssetCard, AssetPublished
from fanzadmin.social import service
from security.identity import Me
from tests.town import Town


def published(asset: AssetCard, announce: str = "feed") -> AssetPublished:
    """What MediaCore tells when an asset is offered."""
    return AssetPublished(
        cluster=asset.cluster, asset_id=asset.id, creator_id=asset.creator_id, title=asset.title, caption=asset.caption,
        kind=asset.kind, audience=asset.audience, price_minor=asset.price_minor, currency=asset.currency, tags=asset.tags, announce=announce,
    )  # fmt: skip


class Stage:
    def __init__(self, town: Town) -> None:
        self.town = town
        self.creator: CreatorCard = town.new_creator()
        self.subscriber: FanCard = town.new_fan("Ben", of=self.creator)
        self.stranger: FanCard = town.new_fan("Eve")
        self.mia: Me = town.me(self.creator)
        self.ben: Me = town.me(self.subscriber)
        self.eve: Me = town.me(self.stranger)

    def post_asset(self, asset: AssetCard) -> str:
        """The post of an asset. Returns its id."""
        post_id = service.publish_post(published(asset))
        assert post_id is not None
        return post_id

    def post(self, audience: str = "public") -> str:
        """A post of a new asset of the creator's."""
        price = 1500 if audience == "ppv" else 0
        return self.post_asset(self.town.new_asset(self.creator, audience=audience, price_minor=price))

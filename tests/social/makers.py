"""A creator with posts, and fans who look at them."""

from fanzadmin.contracts.crm import CreatorCard, FanCard
from fanzadmin.contracts.media import AssetCard
from fanzadmin.social import service
from security.identity import Me
from tests.town import Town


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
        """The post of an asset, as the listener makes it. Returns its id."""
        return service.publish_post(
            asset.id,
            creator_id=asset.creator_id,
            cluster=asset.cluster,
            title=asset.title,
            caption=asset.caption,
            audience=asset.audience,
        )

    def post(self, audience: str = "public") -> str:
        """A post of a new asset of the creator's."""
        price = 1500 if audience == "ppv" else 0
        return self.post_asset(self.town.new_asset(self.creator, audience=audience, price_minor=price))

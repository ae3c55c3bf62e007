"""A creator and a subscribed fan with their conversation, and what the creator announces."""

from fanzadmin.chat import listeners, service
from fanzadmin.chat.queries import MessageCard
from fanzadmin.chat.service.announcements import open_broadcast_of
from fanzadmin.contracts.crm import CreatorCard, FanCard
from fanzadmin.contracts.media import AssetCard, AssetPublished
from fanzadmin.kernel.ids import new_id
from security.identity import Me
from tests.town import Town


class Pair:
    def __init__(self, town: Town) -> None:
        self.creator: CreatorCard = town.new_creator()
        self.fan: FanCard = town.new_fan(of=self.creator)
        self.conversation_id = service.open_conversation(self.creator.id, self.fan.id)
        self.mia: Me = town.me(self.creator)
        self.ben: Me = town.me(self.fan)

    def say(self, who: str, times: int = 1) -> list[MessageCard]:
        """`times` messages of `mia` or `ben`."""
        person: Me = getattr(self, who)
        return [
            service.send_message(person, self.conversation_id, body=f"number {number}", client_id=new_id())
            for number in range(times)
        ]


def published(asset: AssetCard, announce: str = "both") -> AssetPublished:
    return AssetPublished(
        cluster=asset.cluster, asset_id=asset.id, creator_id=asset.creator_id, title=asset.title, caption="",
        kind="video", audience=asset.audience, price_minor=0, currency="USD", tags=(), announce=announce,
    )  # fmt: skip


def tell(*assets: AssetCard) -> int:
    """Publish these assets and send the message about them."""
    for asset in assets:
        listeners.announce_asset(published(asset))
    return send_due(assets[0].creator_id)


def send_due(creator_id: str) -> int:
    """Run the job on the broadcast that gathers. Returns how many were notified."""
    broadcast = open_broadcast_of(creator_id)
    return service.send_broadcast(broadcast.id) if broadcast else 0

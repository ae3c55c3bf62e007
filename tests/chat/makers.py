"""A creator and a subscribed fan with their conversation."""

from fanzadmin.chat import service
from fanzadmin.chat.queries import MessageCard
from fanzadmin.contracts.crm import CreatorCard, FanCard
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

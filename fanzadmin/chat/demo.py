"""ChatSphere's part of the demo: a year of welcomes, news and small talk in the subscribers' conversations."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert

from fanzadmin.chat.models import (
    Announcement,
    Broadcast,
    Conversation,
    Kind,
    Message,
    MessageKey,
    ReadMark,
    Side,
)
from fanzadmin.kernel.db import Model, session
from fanzadmin.kernel.demo import DemoAsset, DemoCreator, DemoFan, World
from fanzadmin.kernel.ids import id_at

AT_ONCE = 5_000  # rows in one statement
GATHERED = timedelta(hours=1)
TALK_A_MONTH = 1.6  # small talks of an average subscriber

FAN_LINES = (
    "Hi {creator}, I found you last week and I am glad I did.",
    "The light in the last one is beautiful. Where was that?",
    "Good morning from a rainy town!",
    "Will there be a second part?",
    "I watched it twice already.",
    "How long does it take you to edit one of these?",
    "You made my Monday.",
    "Is there a way to get the older sets too?",
    "The music was a good choice.",
    "I told two friends about your page.",
    "Which camera do you use?",
    "Have a good weekend!",
    "Could you do one at the lake some day?",
    "That colour suits you.",
    "My favourite so far.",
    "Do you answer all of these yourself?",
    "The picture stopped halfway, but it played after I loaded it again.",
    "Happy birthday, a day late!",
)
CREATOR_LINES = (
    "Thank you, {fan}, that is kind of you.",
    "At the coast, very early, with very cold feet.",
    "Good morning! Coffee first, then the new set.",
    "There will be. I am cutting it this week.",
    "Half a day, when I am not talking to you all.",
    "They are all on my page, scroll down a little.",
    "I will pass that on to my sister, she makes the music.",
    "Then you have earned a first look at the next one.",
    "An old one that I will not give away.",
    "You too, see you on Monday.",
    "That is on my list now.",
    "I do. It takes a while, but I do.",
    "Sorry about that, tell me if it happens again.",
    "You are the first to notice.",
)


@dataclass(slots=True)
class _News:
    """A broadcast of the demo: what a creator published within an hour, sent at `due_at`."""

    id: str
    creator: DemoCreator
    due_at: datetime
    assets: list[DemoAsset] = field(default_factory=list)


@dataclass(slots=True)
class _Talk:
    """A conversation while it is being written: its parts in any order, placed at the end."""

    creator: DemoCreator
    fan: DemoFan
    opened_at: datetime
    parts: list[tuple[datetime, Side, str, str | None]] = field(default_factory=list)


def seed(world: World) -> None:
    """Fill the conversations of `world.subscriptions`; each place (`seq`) in the order of time."""
    rng = world.rng("chat")
    news = _gathered(world)
    talks = _opened(world, news)
    conversations: list[dict[str, object]] = []
    messages: list[dict[str, object]] = []
    marks: list[dict[str, object]] = []
    for talk in talks.values():
        talk.parts.sort(key=lambda part: part[0])
        conversation, rows = _placed(talk, rng)
        conversations.append(conversation)
        messages += rows
        marks += _marks(conversation, rows, rng)
        _tally(world, talk)
    keys = [_key(message) for message in messages]
    broadcasts, announcements = _broadcasts(news, messages, world)
    tables: tuple[tuple[type[Model], list[dict[str, object]]], ...] = (
        (Broadcast, broadcasts),
        (Announcement, announcements),
        (Conversation, conversations),
        (Message, messages),
        (MessageKey, keys),
        (ReadMark, marks),
    )
    for table, rows in tables:
        for first in range(0, len(rows), AT_ONCE):
            # The table, not the class: the unit of work would cut the rows at every change of what is null.
            session.execute(insert(table.__table__), rows[first : first + AT_ONCE])


def _gathered(world: World) -> list[_News]:
    """The broadcasts of the year: what a creator published within an hour, in the order of time."""
    rng, latest = world.rng("chat news"), dict[str, _News]()
    gathered = []
    for asset in sorted(world.assets, key=lambda asset: asset.published_at):
        news = latest.get(asset.creator.id)
        if news is None or news.due_at <= asset.published_at:
            due_at = asset.published_at + GATHERED
            news = latest[asset.creator.id] = _News(id_at(asset.published_at, rng), asset.creator, due_at)
            gathered.append(news)
        news.assets.append(asset)
    return gathered


def _broadcasts(
    gathered: list[_News], messages: list[dict[str, object]], world: World
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    rng, recipients = world.rng("chat announcements"), Counter(row["broadcast_id"] for row in messages)
    broadcasts: list[dict[str, object]] = [
        {
            "id": news.id,
            "cluster": news.creator.cluster.key,
            "creator_id": news.creator.id,
            "opened_at": news.assets[0].published_at,
            "due_at": news.due_at,
            "sent_at": news.due_at if news.due_at <= world.now else None,
            "recipients": recipients[news.id],
        }
        for news in gathered
    ]
    announcements: list[dict[str, object]] = [
        {
            "id": id_at(asset.published_at, rng),
            "cluster": news.creator.cluster.key,
            "asset_id": asset.id,
            "broadcast_id": news.id,
            "title": asset.title,
            "created_at": asset.published_at,
        }
        for news in gathered
        for asset in news.assets
    ]
    return broadcasts, announcements


def _opened(world: World, gathered: list[_News]) -> dict[tuple[str, str], _Talk]:
    """One talk for each pair, however often the fan subscribed, with what was said while a subscription ran."""
    rng, by_creator = world.rng("chat words"), defaultdict(list)
    for news in gathered:
        by_creator[news.creator.id].append(news)
    talks: dict[tuple[str, str], _Talk] = {}
    for subscription in sorted(world.subscriptions, key=lambda subscription: subscription.started_at):
        creator, fan, began = subscription.creator, subscription.fan, subscription.started_at
        ended = subscription.ended_at or world.now
        talk = talks.get((creator.id, fan.id))
        if talk is None:
            talk = talks[creator.id, fan.id] = _Talk(creator, fan, began)
            talk.parts.append((began, Side.PLATFORM, _welcome(creator), None))
        talk.parts += _news(by_creator[creator.id], began, ended)
        talk.parts += _small_talk(talk, began, ended, rng)
    return talks


def _welcome(creator: DemoCreator) -> str:
    return f"You are subscribed to {creator.name}. Say hello: {creator.name} sees what you write here."


def _news(
    gathered: list[_News], began: datetime, ended: datetime
) -> Iterator[tuple[datetime, Side, str, str | None]]:
    for news in gathered:
        if began < news.due_at < ended:
            yield news.due_at, Side.CREATOR, " · ".join(asset.title for asset in news.assets), news.id


def _small_talk(
    talk: _Talk, began: datetime, ended: datetime, rng: Random
) -> Iterator[tuple[datetime, Side, str, str | None]]:
    """Now and then a few lines to and fro, minutes apart; most fans write little, some a lot."""
    seconds = (ended - began).total_seconds()
    talkative = rng.expovariate(1 / TALK_A_MONTH)
    for _ in range(min(12, int(talkative * seconds / 2_592_000 + rng.random()))):
        at = began + timedelta(seconds=rng.uniform(60, max(61, seconds)))
        for turn in range(rng.choice((1, 2, 2, 3, 4))):
            at += timedelta(seconds=rng.uniform(20, 2400))
            if at >= ended:
                return
            side = Side.CREATOR if turn % 2 else Side.FAN
            lines = CREATOR_LINES if turn % 2 else FAN_LINES
            yield at, side, rng.choice(lines).format(creator=talk.creator.name, fan=talk.fan.name), None


def _placed(talk: _Talk, rng: Random) -> tuple[dict[str, object], list[dict[str, object]]]:
    conversation_id = id_at(talk.opened_at, rng)
    users = {Side.CREATOR: talk.creator.user_id, Side.FAN: talk.fan.user_id, Side.PLATFORM: None}
    rows: list[dict[str, object]] = [
        {
            "id": id_at(at, rng),
            "conversation_id": conversation_id,
            "seq": place,
            "change": place,
            "sender": side.value,
            "sender_user_id": users[side],
            "client_id": "welcome" if side is Side.PLATFORM else None if broadcast_id else f"demo-{place}",
            "kind": (Kind.ASSET if broadcast_id else Kind.TEXT).value,
            "body": words,
            "broadcast_id": broadcast_id,
            "created_at": at,
        }
        for place, (at, side, words, broadcast_id) in enumerate(talk.parts, start=1)
    ]
    conversation: dict[str, object] = {
        "id": conversation_id,
        "cluster": talk.creator.cluster.key,
        "creator_id": talk.creator.id,
        "fan_id": talk.fan.id,
        "last_seq": len(rows),
        "last_change": len(rows),
        "last_message_at": talk.parts[-1][0],
        "created_at": talk.opened_at,
    }
    return conversation, rows


def _key(message: dict[str, object]) -> dict[str, object]:
    copied = ("conversation_id", "seq", "sender", "client_id", "broadcast_id")
    return {"message_id": message["id"], **{name: message[name] for name in copied}}


def _marks(
    conversation: dict[str, object], rows: list[dict[str, object]], rng: Random
) -> Iterator[dict[str, object]]:
    """Most have read everything; some are a few messages behind."""
    for side in (Side.CREATOR, Side.FAN):
        behind = rng.choice((0, 0, 0, 1, 2, 4)) if side is Side.FAN else rng.choice((0, 0, 0, 0, 0, 1))
        seq = max(0, len(rows) - behind)
        if seq:
            at = rows[seq - 1]["created_at"]
            yield {"conversation_id": conversation["id"], "side": side.value, "seq": seq, "read_at": at}


def _tally(world: World, talk: _Talk) -> None:
    for at, side, _words, broadcast_id in talk.parts:
        if broadcast_id is None and side is not Side.PLATFORM:
            world.tally(talk.creator.id, at, messages=1)
        if side is Side.FAN:
            world.see(talk.fan, at)

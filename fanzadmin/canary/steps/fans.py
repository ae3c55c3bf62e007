"""What the fan sees and does: news, answers, the feed."""

import json
import uuid

from fanzadmin.canary.flight import Flight, Json, Person
from fanzadmin.canary.report import NotSeen
from fanzadmin.canary.steps.common import new_key


def receive_broadcast(flight: Flight) -> str:
    """The message is sent at once instead of with what else the hour brings; it is gone already where nothing is gathered."""
    flight.creator.call("POST", "/api/v1/chat/broadcasts/pending/send", expect=(202, 409))

    def look() -> Json | None:
        return next(
            (data for event, data in flight.fan.received if event == "message" and _is_news(flight, data)),
            None,
        )

    flight.notes["news"] = flight.until(look, "the live message about the asset")
    return f"seq {flight.notes['news']['seq']}"


def catch_up(flight: Flight) -> str:
    """The same message for a fan who was away: a sync from the sequence number before it."""
    news = flight.notes["news"]
    path = f"/api/v1/chat/conversations/{news['conversation_id']}/messages?since={news['seq'] - 1}"
    items = flight.fan.get(path)["items"]
    if not any(_is_news(flight, item) for item in items):
        raise NotSeen("the message is not in the conversation")
    return "by REST, from the last seen place"


def answer_live(flight: Flight) -> str:
    conversation_id, client_id = flight.notes["news"]["conversation_id"], str(uuid.uuid4())
    sequence_numbers = []
    for word in ("canary one", "canary two"):
        message = {"conversation_id": conversation_id, "client_id": f"{client_id}-{word[-3:]}", "body": word}
        first, again = flight.fan.say("send", message), flight.fan.say("send", message)
        if first["seq"] != again["seq"]:
            raise NotSeen("the same message was sent twice")
        sequence_numbers.append(first["seq"])

    def look() -> bool:
        return [
            data["seq"]
            for data in _messages(flight.creator, conversation_id)
            if data["seq"] in sequence_numbers
        ] == sequence_numbers

    flight.until(look, "the fan's two answers, live at the creator, in order, once each")
    return f"seq {sequence_numbers[0]} and {sequence_numbers[1]}, once each"


def see_feed(flight: Flight) -> str:
    def look() -> Json | None:
        posts = flight.fan.get("/api/v1/social/feed?limit=50")["items"]
        return next((post for post in posts if (post["media"] or {}).get("id") == flight.asset_id), None)

    flight.notes["post"] = flight.until(look, "the post in the fan's feed")
    return "locked, with its price" if flight.notes["post"]["locked"] else "open"


def like_and_comment(flight: Flight) -> str:
    path = f"/api/v1/social/posts/{flight.notes['post']['id']}"
    flight.fan.call("POST", f"{path}/like")
    flight.fan.call("POST", f"{path}/comments", json={"body": "canary"}, headers=new_key())
    flight.fan.call("POST", f"{path}/shares", headers=new_key())
    post = flight.fan.get(path)
    if not (post["liked"] and post["likes"] >= 1 and post["comments"] >= 1 and post["shares"] >= 1):
        raise NotSeen(f"likes {post['likes']}, comments {post['comments']}, shares {post['shares']}")
    return "liked, commented, shared"


def _is_news(flight: Flight, message: Json) -> bool:
    return flight.asset_id in json.dumps(message)


def _messages(person: Person, conversation_id: str) -> list[Json]:
    return [
        data
        for event, data in list(person.received)
        if event == "message" and data["conversation_id"] == conversation_id
    ]

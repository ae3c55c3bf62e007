"""Who takes part: logins, the creator's own record, the fan's subscription, their sockets."""

from fanzadmin.canary.flight import Flight, Json
from fanzadmin.canary.report import NotSeen
from fanzadmin.canary.steps.common import new_key


def sign_in(flight: Flight) -> str:
    for person in (flight.creator, flight.fan, flight.staff):
        person.sign_in(flight.plan.password)
    flight.notes["me"] = flight.creator.get("/api/v1/crm/me")["creator"]
    return f"{flight.plan.creator}, {flight.plan.fan}, {flight.plan.staff}"


def find_record(flight: Flight) -> str:
    records = flight.creator.get("/api/v1/compliance/performers")["items"]
    own = next((record for record in records if record["is_self"] and record["state"] == "verified"), None)
    if own is None:
        raise NotSeen(f"{flight.plan.creator} has no verified record of the own person")
    flight.notes["performer_id"] = own["id"]
    return str(own["stage_name"])


def subscribe(flight: Flight) -> str:
    creator_id = flight.notes["me"]["id"]
    running = flight.fan.get("/api/v1/finance/subscriptions")
    if any(
        subscription["creator_id"] == creator_id and subscription["state"] == "active"
        for subscription in _items(running)
    ):
        return "already subscribed"
    body = {"creator_id": creator_id, "payment_token": flight.plan.payment_token}
    flight.fan.call("POST", "/api/v1/finance/subscriptions", json=body, headers=new_key())
    return "subscribed"


def listen(flight: Flight) -> str:
    flight.creator.listen()
    flight.fan.listen()
    return "two sockets"


def _items(answer: object) -> list[Json]:
    return answer["items"] if isinstance(answer, dict) else answer  # type: ignore[return-value]

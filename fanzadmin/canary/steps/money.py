"""Unlock, tip, the split of both, a payout."""

from fanzadmin.canary.flight import Flight, trace_of
from fanzadmin.canary.report import NotSeen
from fanzadmin.canary.steps.common import new_key, play

TIP = 300


def see_locked(flight: Flight) -> str:
    path = f"/api/v1/media/assets/{flight.asset_id}/playback"
    answer = flight.fan.call("GET", path, expect=(402, 403))
    return str(answer.json()["detail"])


def unlock(flight: Flight) -> str:
    body = {"asset_id": flight.asset_id, "payment_token": flight.plan.payment_token}
    answer = flight.fan.call("POST", "/api/v1/finance/unlocks", json=body, headers=new_key())
    flight.notes["unlock"] = flight.fact(trace_of(answer), "finance.payment_settled.v1")
    playback = flight.fan.get(f"/api/v1/media/assets/{flight.asset_id}/playback")
    return play(flight.fan, playback)


def tip(flight: Flight) -> str:
    me = flight.notes["me"]
    body = {"creator_id": me["id"], "amount_minor": TIP, "currency": flight.notes["balance"]["currency"]}
    body["payment_token"] = flight.plan.payment_token
    answer = flight.fan.call("POST", "/api/v1/finance/tips", json=body, headers=new_key())
    flight.notes["tip"] = flight.fact(trace_of(answer), "finance.payment_settled.v1")
    return f"{TIP} minor units"


def see_books(flight: Flight) -> str:
    paid = [flight.notes["unlock"], flight.notes["tip"]]
    for fact in paid:
        parts = fact["processor_fee_minor"] + fact["platform_fee_minor"] + fact["creator_minor"]
        if parts != fact["gross_minor"]:
            raise NotSeen(f"the parts {parts} are not the gross {fact['gross_minor']}")
    earned = sum(fact["creator_minor"] for fact in paid)
    before = flight.notes["balance"]["available_minor"]
    now = flight.creator.get("/api/v1/finance/balance")["available_minor"]
    if now - before < earned:
        raise NotSeen(f"the balance rose by {now - before}, not by {earned}")
    cost = flight.fact(flight.notes["trace"], "finance.cost_booked.v1")
    return f"share {earned}, cost {cost['storage_minor'] + cost['processing_minor']}, split sums to gross"


def request_payout(flight: Flight) -> str:
    before = flight.creator.get("/api/v1/finance/balance")
    amount = min(before["available_minor"], max(2000, before["available_minor"] // 10))
    flight.creator.call("POST", "/api/v1/finance/payouts", json={"amount_minor": amount}, headers=new_key())
    after = flight.creator.get("/api/v1/finance/balance")
    moved = (
        before["available_minor"] - after["available_minor"],
        after["reserved_minor"] - before["reserved_minor"],
    )
    if moved != (amount, amount):
        raise NotSeen(f"{amount} was asked for, available and reserved moved by {moved}")
    return f"{amount} reserved"

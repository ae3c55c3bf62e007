"""The demo's records: every creator with a verified record, some partners, and a custodian for each brand."""

import io
import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import insert, select

from fanzadmin.compliance.models import (
    AssetReview,
    Consent,
    Custodian,
    Depiction,
    IdentityDocument,
    Performer,
    PerformerAlias,
    ReviewState,
)
from fanzadmin.compliance.service import ATTESTATION
from fanzadmin.contracts.compliance import Act, AliasKind, Channel, ConsentSource, DocumentKind, RecordState
from fanzadmin.kernel.db import Model, session
from fanzadmin.kernel.demo import DemoAsset, DemoCluster, DemoCreator, World
from fanzadmin.kernel.ids import id_at
from fanzadmin.kernel.storage import get_storage
from security.crypto import keyed_hash

Row = dict[str, object]
FIRST = "Anna Ben Chloe Dario Elena Finn Grace Hugo Iris Jonas Kira Leo Maya Noah Olga Paul Quinn Rosa Sven Tara".split()
LAST = "Arnold Berg Castro Dietz Evans Ferrara Grant Hale Ivanova Jensen Keller Lopez Moretti Nilsson Ortega".split()
COUNTRIES = {"USD": "US", "EUR": "DE", "GBP": "GB"}
STREETS = {
    "USD": "1200 Mission Street, San Francisco, CA 94103, USA",
    "EUR": "Torstraße 140, 10119 Berlin, Germany",
    "GBP": "45 Charlotte Street, London W1T 1RS, United Kingdom",
}
WAITING = (
    (RecordState.PENDING, ""),
    (RecordState.UNVERIFIED, ""),
    (RecordState.REJECTED, "The copy of the document cannot be read."),
)
PARTNERED = 0.35  # share of creators who have a partner on record


def seed(world: World) -> None:
    """Records for `world.creators`; the first creators' own are always verified."""
    rng = world.rng("compliance")
    _insert(Custodian, [_custodian(cluster, world) for cluster in world.clusters])
    own = [_own(creator, world, rng) for creator in world.creators]
    partners = [_partner(creator, world, rng) for creator in world.creators if rng.random() < PARTNERED]
    people = own + partners
    countries = {creator.id: COUNTRIES.get(creator.cluster.currency, "US") for creator in world.creators}
    _insert(Performer, people)
    _insert(PerformerAlias, [_alias(row) for row in people])
    documents = [
        _document(row, countries[str(row["creator_id"])], rng)
        for row in people
        if row["state"] != RecordState.UNVERIFIED
    ]
    _insert(IdentityDocument, documents)


def _insert(model: type[Model], rows: list[Row]) -> None:
    if rows:
        session.execute(insert(model), rows)


def finish(world: World) -> None:
    """A released review for every asset of the year, with its creator's own declaration."""
    rng = world.rng("compliance reviews")
    own = {
        row.creator_id: row.id
        for row in session.execute(select(Performer.creator_id, Performer.id).where(Performer.is_self))
    }
    reviews, depictions, consents = [], [], []
    for asset in world.assets:
        performer_id, uploaded = own[asset.creator.id], asset.published_at - timedelta(seconds=90)
        review = _review(asset, uploaded, rng)
        reviews.append(review)
        depictions.append(
            {"id": id_at(uploaded, rng), "review_id": review["id"], "performer_id": performer_id, "place": 0}
        )
        consents.append(_declaration(asset, performer_id, uploaded, rng))
    _insert(AssetReview, reviews)
    _insert(Depiction, depictions)
    _insert(Consent, consents)


def _review(asset: DemoAsset, uploaded: datetime, rng: random.Random) -> Row:
    return {
        "id": id_at(uploaded, rng), "asset_id": asset.id, "creator_id": asset.creator.id, "cluster": asset.creator.cluster.key,
        "title": asset.title, "sha256": asset.sha256, "produced_on": uploaded.date(), "acts": [Act.CLOTHED],
        "state": ReviewState.RELEASED, "reasons": [], "decided_at": uploaded + timedelta(seconds=1), "created_at": uploaded,
    }  # fmt: skip


def _declaration(asset: DemoAsset, performer_id: str, uploaded: datetime, rng: random.Random) -> Row:
    creator = asset.creator
    return {
        "id": id_at(uploaded, rng), "cluster": creator.cluster.key, "asset_id": asset.id, "performer_id": performer_id,
        "acts": [Act.CLOTHED], "distribution": [Channel.PLATFORM, Channel.PROMOTION], "clusters": [], "territories": [], "source": ConsentSource.ATTESTATION,
        "text_version": ATTESTATION, "signed_at": uploaded, "given_by": creator.name, "given_by_user_id": creator.user_id,
        "confirmed_by": creator.name, "confirmed_at": uploaded, "created_at": uploaded,
    }  # fmt: skip


def _person(creator: DemoCreator, world: World, rng: random.Random, at: datetime) -> Row:
    return {
        "id": id_at(at, rng), "cluster": creator.cluster.key, "creator_id": creator.id,
        "legal_name": f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        "born_on": (world.now - timedelta(days=365.25 * rng.uniform(21, 44))).date(), "created_at": at,
        "state": RecordState.VERIFIED, "state_reason": "", "valid_until": (world.now + timedelta(days=rng.randint(200, 2400))).date(),
        "registered_by": creator.name, "registered_by_user_id": creator.user_id, "decided_by": "Claire Novak",
        "decided_by_user_id": world.staff.get("compliance"), "decided_at": at + timedelta(hours=rng.uniform(1, 30)),
    }  # fmt: skip


def _own(creator: DemoCreator, world: World, rng: random.Random) -> Row:
    return _person(creator, world, rng, creator.joined_at) | {
        "is_self": True,
        "stage_name": creator.name,
        "legal_name": creator.name,
    }


def _partner(creator: DemoCreator, world: World, rng: random.Random) -> Row:
    at = creator.joined_at + (world.now - creator.joined_at) * rng.random()
    row = _person(creator, world, rng, at) | {
        "is_self": False,
        "stage_name": f"{rng.choice(FIRST)} {rng.choice('ABCDEFGHKLMS')}.",
    }
    if rng.random() < 0.4:
        state, reason = rng.choice(WAITING)
        row |= {"state": state, "state_reason": reason, "valid_until": None}
        if state != RecordState.REJECTED:
            row |= {"decided_by": "", "decided_by_user_id": None, "decided_at": None}
    return row


def _alias(row: Row) -> Row:
    return {
        "performer_id": row["id"], "name": row["stage_name"], "kind": AliasKind.STAGE, "created_at": row["created_at"],
    }  # fmt: skip


def _document(row: Mapping[str, Any], country: str, rng: random.Random) -> Row:
    number, kind = f"{rng.choice('CDEFGHK')}{rng.randint(10**7, 10**8 - 1)}", rng.choice(list(DocumentKind))
    until: date = row["valid_until"] or row["created_at"].date() + timedelta(days=1200)
    return {
        "performer_id": row["id"], "kind": kind, "country": country, "number_last4": number[-4:],
        "number_hash": keyed_hash("identity-document", f"{country}:{kind}:{number}"), "expires_on": until,
        "copy_key": "", "copy_sha256": "", "created_at": row["created_at"],
    } | _copy(row)  # fmt: skip


def _copy(row: Mapping[str, object]) -> dict[str, str]:
    """The copy of a specimen."""
    picture = Image.new("RGB", (640, 400), "#d6e4f0")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((32, 100, 212, 340), fill="#8aa5bf")
    draw.text((32, 32), "SPECIMEN  -  not a real document", fill="#334")
    draw.text((244, 120), f"{row['legal_name']}\n\n{row['born_on']}", fill="#111")
    target = io.BytesIO()
    picture.save(target, "PNG")
    key = f"records/{row['id']}/specimen"
    return {"copy_key": key, "copy_sha256": get_storage().put(key, target.getvalue()).sha256}


def _custodian(cluster: DemoCluster, world: World) -> Row:
    return {
        "cluster": cluster.key, "name": "Claire Novak", "title": "Custodian of Records", "organisation": f"{cluster.name} Media Ltd",
        "street_address": STREETS.get(cluster.currency, STREETS["USD"]), "hours": "Monday to Friday, 9:00 to 17:00",
        "since": (world.now - timedelta(days=400)).date(), "created_at": world.now - timedelta(days=400),
    }  # fmt: skip

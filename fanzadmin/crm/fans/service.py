"""Fans: who they are, what they are called among the team, when they were seen, what they spent."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale
from flask_babel import gettext
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import lazyload

from fanzadmin.contracts.crm import FanRegistered
from fanzadmin.crm.creators.service import LoginTaken, is_hidden
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Forbidden, Invalid, NotFound
from fanzadmin.kernel.ids import is_id
from security.clusters import cluster as cluster_of
from security.memberships import FAN, create_login
from security.names import refuse_taken_name

MOST_TAGS, LONGEST_TAG = 20, 40
ADULT = 18
TERMS = "2026-11"  # the version of the terms that a fan accepts
_OTHERS = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())  # of CLDR, none of ISO 3166
COUNTRIES = frozenset(filter(str.isalpha, map(str, Locale("en").territories))) - _OTHERS


class NoSuchFan(NotFound):
    title = "There is no such fan"


class TagRefused(Invalid):
    title = "This tag cannot be used"


class FanNameless(Invalid):
    title = "A fan needs a name"


class TooManyTags(BusinessError):
    title = "A fan has no room for more tags"


class OnlyAdults(Forbidden):
    title = "Only adults may join"


class TermsNotAccepted(Invalid):
    title = "The terms are not accepted"


class NoSuchCountry(Invalid):
    title = "There is no such country"


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a visitor says who becomes a fan. The day of birth is looked at and not kept."""

    username: str
    password: str
    name: str
    email: str
    born_on: date
    accepts_terms: bool


def sign_up(person: SignUp, *, cluster: str) -> str:
    """A visitor becomes a fan of a cluster, with a login of the own. Returns the fan's id.

    Raises NoSuchCluster, OnlyAdults, TermsNotAccepted, FanNameless, NameTaken, and LoginRefused or LoginInUse of the login.
    """
    brand, today = cluster_of(cluster), clock.now().date()
    birthday = (person.born_on.month, person.born_on.day)
    age = today.year - person.born_on.year - ((today.month, today.day) < birthday)
    if not ADULT <= age <= 120:
        raise OnlyAdults(gettext("You must be at least %(age)s years old to join.", age=ADULT))
    if not person.accepts_terms:
        raise TermsNotAccepted(gettext("Accept the terms to join."))
    _check_name(person.name)
    refuse_taken_name(person.name, "")
    user_id = create_login(person.username, email=person.email, password=person.password, role=FAN)
    fan_id = register_fan(person.name, cluster=brand.key, email=person.email, user_id=user_id)
    fan = session.get_one(Fan, fan_id)
    fan.terms_version, fan.terms_accepted_at = TERMS, clock.now()
    return fan_id


def register_fan(
    name: str, *, cluster: str, email: str = "", country: str = "", user_id: int | None = None
) -> str:
    """Take a new fan of a cluster on. `country` is ISO 3166 alpha-2. Returns the fan's id.

    Raises NoSuchCluster, LoginTaken.
    """
    if user_id is not None and session.execute(select(Fan.id).where(Fan.user_id == user_id)).first():
        raise LoginTaken(gettext("Another fan signs in with this login."))
    fan = Fan(
        name=name.strip(),
        cluster=cluster_of(cluster).key,
        email=email.strip(),
        country=country.strip().upper(),
        user_id=user_id,
        tags=[],
        spent_minor=0,
        joined_at=clock.now(),
    )
    session.add(fan)
    session.flush()  # for the id
    record(FanRegistered(cluster=fan.cluster, fan_id=fan.id))
    return fan.id


def describe_fan(fan_id: str, *, name: str, country: str, tags: Sequence[str]) -> None:
    """Change what the team knows of a fan; `tags` replaces all, `country` is ISO 3166 alpha-2 or empty.

    Raises NoSuchFan, FanNameless, NoSuchCountry, TagRefused, TooManyTags.
    """
    _describe(_locked(fan_id), name=name, country=country, tags=tags)


def describe_fans(
    changes: Mapping[str, Mapping[str, Any]], *, locked: Collection[Fan] = ()
) -> dict[str, str]:
    """`describe_fan` for many: what it takes, by fan id; those in `locked` the caller has read for update already.
    Returns why some were refused, by fan id."""
    fans = {fan.id: fan for fan in locked}
    if others := changes.keys() - fans.keys():
        query = select(Fan).where(Fan.id.in_(others)).order_by(Fan.id).with_for_update()
        query = query.options(lazyload(Fan.brand))
        fans |= {fan.id: fan for fan in session.execute(query).scalars()}
    refused = dict.fromkeys(changes.keys() - fans.keys(), gettext("There is no such fan."))
    for fan_id, fan in fans.items():
        try:
            _describe(fan, **changes[fan_id])
        except BusinessError as error:
            refused[fan_id] = error.detail
    return refused


def _describe(fan: Fan, *, name: str, country: str, tags: Sequence[str]) -> None:
    words = sorted({_tag(tag) for tag in tags})
    _check_name(name)
    if len(words) > MOST_TAGS:
        raise TooManyTags(gettext("A fan has at most %(most)s tags.", most=MOST_TAGS))
    code = country.strip().upper()
    if code and code not in COUNTRIES and code != fan.country:
        raise NoSuchCountry(
            gettext("“%(code)s” is no country. Give its two letters of ISO 3166, such as DE.", code=code)
        )
    fan.name, fan.country, fan.tags = name.strip(), code, words


def tag_fan(fan_id: str, *, tag: str) -> None:
    """Give a fan a tag; the same tag twice is one tag. Raises NoSuchFan, TagRefused, TooManyTags."""
    fan, word = _locked(fan_id), _tag(tag)
    if word in fan.tags:
        return
    if len(fan.tags) >= MOST_TAGS:
        raise TooManyTags(
            gettext("%(name)s already has %(most)s tags. Remove one first.", name=fan.name, most=MOST_TAGS)
        )
    fan.tags = sorted([*fan.tags, word])


def untag_fan(fan_id: str, *, tag: str) -> None:
    """Remove a tag, if the fan has it. Raises NoSuchFan, TagRefused."""
    fan, word = _locked(fan_id), _tag(tag)
    fan.tags = [held for held in fan.tags if held != word]


def _check_name(name: str) -> None:
    if not 1 <= len(name.strip()) <= 80:
        raise FanNameless(gettext("A name has 1 to 80 characters."))


def record_visit(fan_id: str, *, seen: bool = True, spent_minor: int = 0) -> None:
    """A fan was here just now, and spent `spent_minor` in the cluster's currency; less than nothing when it went back,
    which is no sign of the fan having been here (`seen`). An unknown fan is left alone."""
    values: dict[str, object] = {"last_seen": clock.now()} if seen else {}
    if spent_minor:
        values["spent_minor"] = Fan.spent_minor + spent_minor
    if values and is_id(fan_id):
        session.execute(
            update(Fan).where(Fan.id == fan_id).values(**values).execution_options(synchronize_session=False)
        )


def restate_spending(figures: Mapping[tuple[str, date], Mapping[str, int]]) -> None:
    """Replace what fans spent by the sums of `spent_minor` in `figures`: fan id and day → name → amount. Others stay."""
    spent: Counter[str] = Counter()
    for (fan_id, _day), amounts in figures.items():
        spent[fan_id] += amounts.get("spent_minor", 0)
    fan, rows = (
        Fan.__table__,
        [{"fan": fan_id, "amount": amount} for fan_id, amount in spent.items() if amount],
    )
    if rows:
        change = update(fan).where(fan.c.id == bindparam("fan")).values(spent_minor=bindparam("amount"))
        session.connection().execute(change, rows)


def _locked(fan_id: str) -> Fan:
    query = select(Fan).where(Fan.id == fan_id).with_for_update(of=Fan)
    fan: Fan | None = session.execute(query).scalar() if is_id(fan_id) else None
    if fan is None or is_hidden(fan.cluster):
        raise NoSuchFan(gettext("There is no such fan."))
    return fan


def _tag(tag: str) -> str:
    word = " ".join(tag.lower().split())
    if not 1 <= len(word) <= LONGEST_TAG:
        raise TagRefused(gettext("A tag has 1 to %(most)s characters.", most=LONGEST_TAG))
    return word

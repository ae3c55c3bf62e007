"""A creator's way with us: applied, onboarding, active, suspended, offboarded."""

import re

from flask_appbuilder.security.sqla.models import User
from flask_babel import gettext, pgettext
from sqlalchemy import select

from fanzadmin.contracts.compliance import Records
from fanzadmin.contracts.crm import (
    CreatorOffboarded,
    CreatorOnboarded,
    CreatorReinstated,
    CreatorSuspended,
    LoginChanged,
)
from fanzadmin.crm.creators.models import Creator, CreatorState, Tier
from fanzadmin.crm.creators.queries import NoSuchCreator
from fanzadmin.crm.timeline.models import Kind, Subject
from fanzadmin.crm.timeline.service import record_entry
from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import Staff
from fanzadmin.kernel.bus import record
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError, Invalid, NotFound
from fanzadmin.kernel.i18n.languages import N_, money_text
from fanzadmin.kernel.i18n.stored_messages import Value, amount, stored_message
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from security.clusters import NoSuchCluster
from security.clusters import cluster as cluster_of
from security.memberships import CREATOR, give_role, take_role

HANDLE = re.compile(r"[a-z0-9][a-z0-9_.]{1,29}")
RESERVED = frozenset(
    "admin api about account fanz feed help login logout portal root static support system".split()
)
LOWEST_PRICE, HIGHEST_PRICE = 100, 50_000  # minor units a month
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class HandleRefused(Invalid):
    title = "This handle cannot be used"


class HandleTaken(BusinessError):
    title = "This handle is taken"


class ProfileIncomplete(Invalid):
    title = "The profile is not complete"


class PriceRefused(Invalid):
    title = "This subscription price cannot be used"


class LoginTaken(BusinessError):
    title = "This login belongs to another creator"


class NotReadyToPublish(BusinessError):
    """`missing` lists what the creator still has to bring, one sentence each."""

    title = "The creator cannot publish yet"


class NoSuchManager(Invalid):
    title = "There is no such manager"


class NoSuchLogin(NotFound):
    title = "There is no such login"


class WrongState(BusinessError):
    title = "Not possible in this state"


def apply_creator(
    handle: str,
    *,
    cluster: str,
    name: str,
    email: str,
    legal_name: str = "",
    about: str = "",
    subscription_minor: int = 0,
) -> str:
    """Take an application to become a creator of a cluster. Returns the creator's id.

    Raises HandleRefused, HandleTaken, ProfileIncomplete, PriceRefused, NoSuchCluster.
    """
    brand = cluster_of(cluster)
    if is_hidden(brand.key):
        raise NoSuchCluster(gettext("There is no cluster %(key)s.", key=cluster))
    creator = Creator(
        handle=_free_handle(handle),
        cluster=brand.key,
        name=_name(name),
        legal_name=legal_name.strip(),
        email=_email(email),
        about=about.strip(),
        subscription_minor=_price(subscription_minor, brand.currency, free=True),
        state=CreatorState.APPLIED.value,
        state_reason="",
        tier=Tier.STARTER.value,
    )
    session.add(creator)
    session.flush()  # the id and the unique handle, before anything refers to them
    _record_entry(creator, Kind.APPLIED, N_("%(name)s applied to %(brand)s."), brand=brand.name)
    return creator.id


def begin_onboarding(creator_id: str, *, by_user_id: int | None = None) -> None:
    """A colleague takes an application on and is the creator's manager until another one is assigned. The creator may open
    the portal from now on, where she or he hands in the identity record. Raises NoSuchCreator, WrongState."""
    creator = _locked(creator_id)
    _leave(creator, {CreatorState.APPLIED}, gettext("%(name)s is %(state)s and cannot be taken on."))
    creator.state, creator.manager_user_id = CreatorState.ONBOARDING.value, by_user_id
    if creator.user_id is not None:
        give_role(creator.user_id, CREATOR)
    _record_entry(creator, Kind.ONBOARDING, N_("Onboarding of %(name)s began."))


def assign_manager(creator_id: str, *, username: str) -> None:
    """Give a creator into the care of a colleague who may change creators of this cluster. Raises NoSuchCreator, NoSuchManager."""
    creator, staff = _locked(creator_id), ask(Staff)
    named = next(iter(staff.named([username.strip()])), None)
    if named is None or not staff.may(named.user_id, "update", "crm:creator", cluster=creator.cluster):
        raise NoSuchManager(
            gettext("%(name)s is no colleague who manages creators here.", name=username.strip())
        )
    creator.manager_user_id = named.user_id
    _record_entry(creator, Kind.MANAGER, N_("%(manager)s takes care of %(name)s."), manager=named.name)


def give_login(creator_id: str, *, username: str) -> None:
    """Tie a creator to the login of that name; the login of before loses everything of the creator's at once.

    Raises NoSuchCreator, NoSuchLogin, LoginTaken.
    """
    creator = _locked(creator_id)
    user_id = session.execute(select(User.id).where(User.username == username.strip())).scalar()
    if user_id is None:
        raise NoSuchLogin(gettext("Nobody signs in as %(name)s.", name=username.strip()))
    other = session.execute(select(Creator.id).where(Creator.user_id == user_id)).scalar()
    if other not in (None, creator.id):
        raise LoginTaken(gettext("Another creator signs in with this login."))
    if creator.user_id != user_id:
        _change_login(creator, user_id)


def _change_login(creator: Creator, user_id: int) -> None:
    former, creator.user_id = creator.user_id, user_id
    if former is not None:
        take_role(former, CREATOR)
    if creator.state != CreatorState.APPLIED:
        give_role(user_id, CREATOR)
    _record_entry(creator, Kind.LOGIN, N_("%(name)s signs in with another login."))
    record(
        LoginChanged(
            creator_id=creator.id, cluster=creator.cluster, user_id=user_id, former_user_id=former or 0
        )
    )


def onboard_creator(creator_id: str) -> None:
    """Let a creator publish. Needs a login, a name in the contract, an address, a subscription price and a verified
    identity record.

    Raises NoSuchCreator, WrongState, NotReadyToPublish.
    """
    creator = _locked(creator_id)
    _leave(
        creator,
        {CreatorState.APPLIED, CreatorState.ONBOARDING},
        gettext("%(name)s is %(state)s and cannot be onboarded."),
    )
    if missing := missing_for_onboarding(creator):
        raise NotReadyToPublish(" ".join(missing), missing=list(missing))
    creator.state, creator.joined_at = CreatorState.ACTIVE.value, clock.now()
    if creator.user_id is not None:
        give_role(creator.user_id, CREATOR)
    brand = cluster_of(creator.cluster).name
    _record_entry(creator, Kind.JOINED, N_("%(name)s joined %(brand)s and may publish."), brand=brand)
    record(
        CreatorOnboarded(
            creator_id=creator.id, cluster=creator.cluster, handle=creator.handle, name=creator.name
        )
    )


def missing_for_onboarding(creator: Creator) -> tuple[str, ...]:
    """What stands between a creator and publishing, one sentence each."""
    requirements = (
        (creator.user_id is not None, gettext("A login is missing.")),
        (bool(creator.legal_name), gettext("The legal name for the contract is missing.")),
        (bool(creator.email), gettext("The e-mail address is missing.")),
        (creator.subscription_minor >= LOWEST_PRICE, gettext("The subscription price is missing.")),
        (
            ask(Records).has_verified_self(creator.id),
            gettext("The creator's own identity record is not verified."),
        ),
    )
    return tuple(sentence for is_met, sentence in requirements if not is_met)


def suspend_creator(creator_id: str, *, reason: str) -> None:
    """Keep a creator from publishing for now. Raises NoSuchCreator, WrongState, ProfileIncomplete."""
    creator = _locked(creator_id)
    _leave(creator, {CreatorState.ACTIVE}, gettext("%(name)s is %(state)s and cannot be suspended."))
    if not reason.strip():
        raise ProfileIncomplete(gettext("Say why: the creator will read it."))
    creator.state, creator.state_reason = CreatorState.SUSPENDED.value, reason.strip()
    _record_entry(
        creator, Kind.SUSPENDED, N_("%(name)s was suspended: %(reason)s"), reason=creator.state_reason
    )
    record(CreatorSuspended(creator_id=creator.id, cluster=creator.cluster, reason=creator.state_reason))


def reinstate_creator(creator_id: str) -> None:
    """Let a suspended creator publish again. Raises NoSuchCreator, WrongState."""
    creator = _locked(creator_id)
    _leave(creator, {CreatorState.SUSPENDED}, gettext("%(name)s is %(state)s and cannot be reinstated."))
    creator.state, creator.state_reason = CreatorState.ACTIVE.value, ""
    _record_entry(creator, Kind.REINSTATED, N_("%(name)s may publish again."))
    record(CreatorReinstated(creator_id=creator.id, cluster=creator.cluster))


def offboard_creator(creator_id: str, *, reason: str) -> None:
    """End a creator's time with us. Raises NoSuchCreator, WrongState."""
    creator = _locked(creator_id)
    _leave(
        creator,
        set(CreatorState) - {CreatorState.OFFBOARDED},
        gettext("%(name)s is %(state)s and cannot be offboarded."),
    )
    creator.state, creator.state_reason = CreatorState.OFFBOARDED.value, reason.strip()
    _record_entry(
        creator, Kind.OFFBOARDED, N_("%(name)s left %(brand)s."), brand=cluster_of(creator.cluster).name
    )
    record(CreatorOffboarded(creator_id=creator.id, cluster=creator.cluster, reason=creator.state_reason))


def update_profile(
    creator_id: str,
    *,
    name: str | None = None,
    about: str | None = None,
    subscription_minor: int | None = None,
    tier: str | None = None,
    legal_name: str | None = None,
    email: str | None = None,
) -> None:
    """Change what is given of a profile. Raises NoSuchCreator, ProfileIncomplete, PriceRefused."""
    creator = _locked(creator_id)
    currency = cluster_of(creator.cluster).currency
    if name is not None:
        creator.name = _name(name)
    if about is not None:
        creator.about = about.strip()
    if legal_name is not None:
        creator.legal_name = legal_name.strip()
    if email is not None:
        creator.email = _email(email)
    if tier is not None:
        creator.tier = Tier(tier).value
    if subscription_minor not in (None, creator.subscription_minor):
        creator.subscription_minor = _price(subscription_minor, currency)
        price = amount(creator.subscription_minor, currency)
        _record_entry(
            creator, Kind.PRICE, N_("A subscription costs %(price)s a month from now on."), price=price
        )


def _locked(creator_id: str) -> Creator:
    query = select(Creator).where(Creator.id == creator_id).with_for_update(of=Creator)
    creator: Creator | None = session.execute(query).scalar() if is_id(creator_id) else None
    if creator is None or is_hidden(creator.cluster):
        raise NoSuchCreator(gettext("There is no such creator."))
    return creator


def is_hidden(cluster: str) -> bool:
    """Whether the current user works for other clusters only."""
    seen = current().clusters
    return seen is not None and cluster not in seen


def _leave(creator: Creator, states: set[CreatorState], refusal: str) -> None:
    """`refusal` is the sentence for the other states, with places for `name` and `state`."""
    if creator.state not in states:
        raise WrongState(refusal % {"name": creator.name, "state": _standing(creator.state)})


def _standing(state: str) -> str:
    words = {
        CreatorState.APPLIED: pgettext("state of a creator", "applied"),
        CreatorState.ONBOARDING: pgettext("state of a creator", "onboarding"),
        CreatorState.ACTIVE: pgettext("state of a creator", "active"),
        CreatorState.SUSPENDED: pgettext("state of a creator", "suspended"),
        CreatorState.OFFBOARDED: pgettext("state of a creator", "offboarded"),
    }
    return str(words[CreatorState(state)])


def _free_handle(handle: str) -> str:
    name = handle.strip().removeprefix("@").lower()
    if not HANDLE.fullmatch(name) or name.endswith(".") or ".." in name:
        raise HandleRefused(
            gettext(
                "A handle has 2 to 30 of a–z, 0–9, dots and underscores, and begins with a letter or digit."
            )
        )
    if name in RESERVED:
        raise HandleRefused(gettext("@%(handle)s is kept for the platform.", handle=name))
    if session.execute(select(Creator.id).where(Creator.handle == name)).first():
        raise HandleTaken(gettext("@%(handle)s is taken.", handle=name))
    return name


def _name(name: str) -> str:
    if not 1 <= len(name.strip()) <= 80:
        raise ProfileIncomplete(gettext("A name has 1 to 80 characters."))
    return name.strip()


def _email(email: str) -> str:
    if not EMAIL.fullmatch(email.strip()) or len(email) > 254:
        raise ProfileIncomplete(gettext("This is no e-mail address."))
    return email.strip()


def _price(minor: int | None, currency: str, *, free: bool = False) -> int:
    if minor is not None and ((free and minor == 0) or LOWEST_PRICE <= minor <= HIGHEST_PRICE):
        return minor
    lowest, highest = (money_text(limit, currency) for limit in (LOWEST_PRICE, HIGHEST_PRICE))
    raise PriceRefused(
        gettext("A subscription costs %(lowest)s to %(highest)s a month.", lowest=lowest, highest=highest)
    )


def _record_entry(creator: Creator, kind: Kind, message: str, **values: Value) -> None:
    text = stored_message(message, name=creator.name, **values)
    record_entry(Subject.CREATOR, creator.id, kind, text, cluster=creator.cluster)

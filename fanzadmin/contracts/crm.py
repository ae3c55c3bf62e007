"""CreatorCRM: who the creators and fans are."""

from dataclasses import dataclass
from typing import Protocol

from fanzadmin.contracts.media import Viewer
from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_


@fact("crm.creator_onboarded.v1", subject="creator_id")
class CreatorOnboarded(Fact):
    """A creator may publish from now on."""

    creator_id: str
    handle: str
    name: str


@fact("crm.creator_suspended.v1", subject="creator_id")
class CreatorSuspended(Fact):
    """A creator may not publish for now."""

    creator_id: str
    reason: str


@fact("crm.creator_reinstated.v1", subject="creator_id")
class CreatorReinstated(Fact):
    """A suspended creator may publish again."""

    creator_id: str


@fact("crm.creator_offboarded.v1", subject="creator_id")
class CreatorOffboarded(Fact):
    """A creator left for good."""

    creator_id: str
    reason: str


@fact("crm.login_changed.v1", subject="creator_id")
class LoginChanged(Fact):
    """Another login is the creator's from now on, and whoever had it before is not; 0 stands for no login."""

    creator_id: str
    user_id: int
    former_user_id: int


@fact("crm.fan_registered.v1", subject="fan_id")
class FanRegistered(Fact):
    """There is a new fan of the cluster."""

    fan_id: str


@fact("crm.blocked.v1", subject="creator_id")
class Blocked(Fact):
    """A creator and a fan see nothing of each other any more; `blocked_by` is creator or fan."""

    creator_id: str
    fan_id: str
    blocked_by: str


@fact("crm.unblocked.v1", subject="creator_id")
class Unblocked(Fact):
    """One of a creator and a fan lifted the own block; the other's may stand."""

    creator_id: str
    fan_id: str
    blocked_by: str


@fact("crm.content_reported.v1", subject="case_id")
class ContentReported(Fact):
    """A fan or a creator reported something; `kind` is post, comment, message, creator or asset."""

    case_id: str
    kind: str
    subject_id: str
    creator_id: str
    ground: str


@fact("crm.case_decided.v1", subject="case_id")
class CaseDecided(Fact):
    """The Community team decided: `outcome` is dismissed, removed or handled. `fan_id` is the author where a fan wrote it;
    `reason` is a sentence for those concerned."""

    case_id: str
    kind: str
    subject_id: str
    creator_id: str
    fan_id: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a report is about, as it stands there now. `fan_id` is its author where a fan wrote it, `surroundings` are the
    lines around it."""

    cluster: str
    creator_id: str
    fan_id: str | None
    title: str
    text: str
    asset_id: str | None = None
    surroundings: tuple[str, ...] = ()


class Reportable(Protocol):
    """What a system says of its things that are reported."""

    def evidence(self, kind: str, subject_id: str, viewer: Viewer) -> Evidence | None:
        """None for what the viewer does not see."""

    def remove(self, kind: str, subject_id: str, *, reason: str) -> None:
        """Remove it for the Community team; what is gone already is no error."""


class ReportedPosts(Reportable, Protocol):
    """Posts and comments."""


class ReportedMessages(Reportable, Protocol):
    """Messages."""


class ReportedAssets(Reportable, Protocol):
    """Assets."""


@dataclass(frozen=True, slots=True)
class CreatorCard:
    """A creator. `user_id` is the login; `subscription_minor` the monthly price in the cluster's `currency`."""

    id: str
    user_id: int | None
    handle: str
    name: str
    cluster: str
    cluster_name: str
    currency: str
    subscription_minor: int
    state: str
    about: str

    @property
    def is_active(self) -> bool:
        """Whether the creator may publish and be paid for."""
        return self.state == "active"


@dataclass(frozen=True, slots=True)
class FanCard:
    """A fan. `user_id` is the login."""

    id: str
    user_id: int | None
    name: str
    cluster: str


class People(Protocol):
    """Questions to CreatorCRM. Each answers None (or leaves out) for the unknown."""

    def creator(self, creator_id: str) -> CreatorCard | None: ...

    def creators(self, creator_ids: tuple[str, ...]) -> dict[str, CreatorCard]: ...

    def creator_of_user(self, user_id: int) -> CreatorCard | None: ...

    def active_among(self, creator_ids: tuple[str, ...]) -> frozenset[str]:
        """Those of the creators who may act now: be seen, write, publish and be paid for. One statement for all of them;
        what a creator offers is shown, sold or renewed only while the creator is among them."""

    def fan(self, fan_id: str) -> FanCard | None: ...

    def fans(self, fan_ids: tuple[str, ...]) -> dict[str, FanCard]: ...

    def fan_of_user(self, user_id: int) -> FanCard | None: ...


class Blocks(Protocol):
    """Which creators and fans are hidden from each other, whoever of the two made the block."""

    def is_blocked(self, creator_id: str, fan_id: str) -> bool: ...

    def blocked_creators(self, fan_id: str) -> frozenset[str]:
        """The creators of whom a fan sees nothing."""

    def blocked_fans(self, creator_id: str) -> frozenset[str]:
        """The fans of whom a creator sees nothing."""


timeline(
    CaseDecided,
    creator=Entry(
        "moderated",
        By(
            "outcome",
            {
                "removed": N_("The Community team removed something after a report: %(reason)s"),
                "dismissed": N_("The Community team dismissed a report: %(reason)s"),
            },
            other=N_("The Community team decided about a report: %(reason)s"),
        ),
        about="creator_id",
    ),
)

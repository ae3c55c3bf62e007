"""Rights and roles: one enum of `system:resource:action`, and what each role may do.

A right is a Flask-AppBuilder permission `can_<action>` on the view menu `<system>:<resource>`, so that consoles,
REST, portal and sockets all ask the same table.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app
from flask_babel import gettext

from fanzadmin.kernel.errors import Forbidden, SignInNeeded
from security.identity import Me, person

P = ParamSpec("P")
R = TypeVar("R")

RECORD_ACTIONS = ("read", "create", "update", "delete")


class Right(StrEnum):
    """What a person may do. Consoles use read, create, update, delete and their own actions."""

    # CreatorCRM
    CRM_CREATOR_READ = "crm:creator:read"
    CRM_CREATOR_EXPORT = "crm:creator:export"
    CRM_CREATOR_IMPORT = "crm:creator:import"
    CRM_CREATOR_CREATE = "crm:creator:create"
    CRM_CREATOR_UPDATE = "crm:creator:update"
    CRM_CREATOR_ONBOARD = "crm:creator:onboard"
    CRM_CREATOR_SUSPEND = "crm:creator:suspend"
    CRM_CREATOR_REINSTATE = "crm:creator:reinstate"
    CRM_CREATOR_REVEAL = "crm:creator:reveal"
    CRM_FAN_READ = "crm:fan:read"
    CRM_FAN_EXPORT = "crm:fan:export"
    CRM_FAN_IMPORT = "crm:fan:import"
    CRM_FAN_UPDATE = "crm:fan:update"
    CRM_FAN_REVEAL = "crm:fan:reveal"
    CRM_NOTE_READ = "crm:note:read"
    CRM_NOTE_EXPORT = "crm:note:export"
    CRM_NOTE_IMPORT = "crm:note:import"
    CRM_NOTE_CREATE = "crm:note:create"
    CRM_NOTE_UPDATE = "crm:note:update"
    CRM_NOTE_DELETE = "crm:note:delete"
    CRM_TIMELINE_READ = "crm:timeline:read"
    CRM_TIMELINE_EXPORT = "crm:timeline:export"
    # BioLinkHub
    BIOLINK_PAGE_READ = "biolink:page:read"
    BIOLINK_PAGE_EXPORT = "biolink:page:export"
    BIOLINK_PAGE_IMPORT = "biolink:page:import"
    BIOLINK_PAGE_UPDATE = "biolink:page:update"
    BIOLINK_LINK_READ = "biolink:link:read"
    BIOLINK_LINK_EXPORT = "biolink:link:export"
    BIOLINK_LINK_IMPORT = "biolink:link:import"
    BIOLINK_LINK_CREATE = "biolink:link:create"
    BIOLINK_LINK_UPDATE = "biolink:link:update"
    BIOLINK_LINK_RETIRE = "biolink:link:retire"
    BIOLINK_CLICK_READ = "biolink:click:read"
    BIOLINK_CLICK_EXPORT = "biolink:click:export"
    BIOLINK_OWN_USE = "biolink:own:use"
    # ChatSphere
    CHAT_CONVERSATION_READ = "chat:conversation:read"
    CHAT_CONVERSATION_EXPORT = "chat:conversation:export"
    CHAT_MESSAGE_READ = "chat:message:read"
    CHAT_MESSAGE_EXPORT = "chat:message:export"
    CHAT_MESSAGE_MODERATE = "chat:message:moderate"
    CHAT_OWN_USE = "chat:own:use"
    # MediaCore
    MEDIA_ASSET_READ = "media:asset:read"
    MEDIA_ASSET_EXPORT = "media:asset:export"
    MEDIA_ASSET_IMPORT = "media:asset:import"
    MEDIA_ASSET_UPDATE = "media:asset:update"
    MEDIA_ASSET_RETRY = "media:asset:retry"
    MEDIA_ASSET_CANCEL = "media:asset:cancel"
    MEDIA_ASSET_WITHDRAW = "media:asset:withdraw"
    MEDIA_RENDITION_READ = "media:rendition:read"
    MEDIA_RENDITION_EXPORT = "media:rendition:export"
    MEDIA_OWN_UPLOAD = "media:own:upload"
    MEDIA_OWN_PLAY = "media:own:play"
    # FanzSocial
    SOCIAL_POST_READ = "social:post:read"
    SOCIAL_POST_EXPORT = "social:post:export"
    SOCIAL_POST_MODERATE = "social:post:moderate"
    SOCIAL_COMMENT_READ = "social:comment:read"
    SOCIAL_COMMENT_EXPORT = "social:comment:export"
    SOCIAL_COMMENT_MODERATE = "social:comment:moderate"
    SOCIAL_FOLLOW_READ = "social:follow:read"
    SOCIAL_FOLLOW_EXPORT = "social:follow:export"
    SOCIAL_OWN_USE = "social:own:use"
    # FanzGPT
    GPT_SUGGESTION_READ = "gpt:suggestion:read"
    GPT_SUGGESTION_EXPORT = "gpt:suggestion:export"
    GPT_OWN_USE = "gpt:own:use"
    # FanzShield
    SHIELD_INCIDENT_READ = "shield:incident:read"
    SHIELD_INCIDENT_EXPORT = "shield:incident:export"
    SHIELD_INCIDENT_IMPORT = "shield:incident:import"
    SHIELD_INCIDENT_CREATE = "shield:incident:create"
    SHIELD_INCIDENT_UPDATE = "shield:incident:update"
    SHIELD_INCIDENT_ASSIGN = "shield:incident:assign"
    SHIELD_INCIDENT_RESOLVE = "shield:incident:resolve"
    SHIELD_INCIDENT_DISMISS = "shield:incident:dismiss"
    SHIELD_INCIDENT_REOPEN = "shield:incident:reopen"
    SHIELD_VERDICT_READ = "shield:verdict:read"
    SHIELD_VERDICT_EXPORT = "shield:verdict:export"
    SHIELD_VERDICT_RESCAN = "shield:verdict:rescan"
    SHIELD_HASH_READ = "shield:hash:read"
    SHIELD_HASH_EXPORT = "shield:hash:export"
    SHIELD_HASH_IMPORT = "shield:hash:import"
    SHIELD_HASH_CREATE = "shield:hash:create"
    SHIELD_HASH_DELETE = "shield:hash:delete"
    SHIELD_BOARD_READ = "shield:board:read"
    # FanzFinance OS
    FINANCE_ACCOUNT_READ = "finance:account:read"
    FINANCE_ACCOUNT_EXPORT = "finance:account:export"
    FINANCE_JOURNAL_READ = "finance:journal:read"
    FINANCE_JOURNAL_EXPORT = "finance:journal:export"
    FINANCE_PAYMENT_READ = "finance:payment:read"
    FINANCE_PAYMENT_EXPORT = "finance:payment:export"
    FINANCE_PAYMENT_REFUND = "finance:payment:refund"
    FINANCE_SUBSCRIPTION_READ = "finance:subscription:read"
    FINANCE_SUBSCRIPTION_EXPORT = "finance:subscription:export"
    FINANCE_PAYOUT_READ = "finance:payout:read"
    FINANCE_PAYOUT_EXPORT = "finance:payout:export"
    FINANCE_PAYOUT_APPROVE = "finance:payout:approve"
    FINANCE_PAYOUT_PAY = "finance:payout:pay"
    FINANCE_PAYOUT_REFUSE = "finance:payout:refuse"
    FINANCE_BOARD_READ = "finance:board:read"
    FINANCE_OWN_PAY = "finance:own:pay"
    FINANCE_OWN_EARN = "finance:own:earn"
    # Compliance
    COMPLIANCE_PERFORMER_READ = "compliance:performer:read"
    COMPLIANCE_PERFORMER_EXPORT = "compliance:performer:export"
    COMPLIANCE_PERFORMER_IMPORT = "compliance:performer:import"
    COMPLIANCE_PERFORMER_CREATE = "compliance:performer:create"
    COMPLIANCE_PERFORMER_UPDATE = "compliance:performer:update"
    COMPLIANCE_PERFORMER_VERIFY = "compliance:performer:verify"
    COMPLIANCE_PERFORMER_REJECT = "compliance:performer:reject"
    COMPLIANCE_PERFORMER_REVEAL = "compliance:performer:reveal"
    COMPLIANCE_DOCUMENT_READ = "compliance:document:read"
    COMPLIANCE_DOCUMENT_EXPORT = "compliance:document:export"
    COMPLIANCE_DOCUMENT_REVEAL = "compliance:document:reveal"
    COMPLIANCE_CONSENT_READ = "compliance:consent:read"
    COMPLIANCE_CONSENT_EXPORT = "compliance:consent:export"
    COMPLIANCE_CONSENT_IMPORT = "compliance:consent:import"
    COMPLIANCE_CONSENT_CREATE = "compliance:consent:create"
    COMPLIANCE_CONSENT_CONFIRM = "compliance:consent:confirm"
    COMPLIANCE_CONSENT_REVOKE = "compliance:consent:revoke"
    COMPLIANCE_REVIEW_READ = "compliance:review:read"
    COMPLIANCE_REVIEW_EXPORT = "compliance:review:export"
    COMPLIANCE_CUSTODIAN_READ = "compliance:custodian:read"
    COMPLIANCE_CUSTODIAN_EXPORT = "compliance:custodian:export"
    COMPLIANCE_CUSTODIAN_IMPORT = "compliance:custodian:import"
    COMPLIANCE_CUSTODIAN_CREATE = "compliance:custodian:create"
    COMPLIANCE_OWN_RECORD = "compliance:own:record"
    # Identity
    IDENTITY_PERSON_READ = "identity:person:read"
    IDENTITY_PERSON_EXPORT = "identity:person:export"
    IDENTITY_PERSON_CREATE = "identity:person:create"
    IDENTITY_PERSON_UPDATE = "identity:person:update"
    IDENTITY_PERSON_DELETE = "identity:person:delete"
    IDENTITY_PERSON_REVEAL = "identity:person:reveal"
    IDENTITY_ROLE_READ = "identity:role:read"
    IDENTITY_ROLE_EXPORT = "identity:role:export"
    IDENTITY_ROLE_CREATE = "identity:role:create"
    IDENTITY_ROLE_UPDATE = "identity:role:update"
    IDENTITY_ROLE_DELETE = "identity:role:delete"
    # Across the systems
    ANALYTICS_BOARD_READ = "analytics:board:read"
    OPS_FACT_READ = "ops:fact:read"
    OPS_FACT_EXPORT = "ops:fact:export"
    OPS_FACT_REPLAY = "ops:fact:replay"
    OPS_TASK_READ = "ops:task:read"
    OPS_TASK_EXPORT = "ops:task:export"
    OPS_TASK_RETRY = "ops:task:retry"
    OPS_TRACE_READ = "ops:trace:read"
    AUDIT_ENTRY_READ = "audit:entry:read"
    AUDIT_ENTRY_EXPORT = "audit:entry:export"
    CONSOLE_APPROVAL_READ = "console:approval:read"
    CONSOLE_MENTION_READ = "console:mention:read"
    SECURITY_ROLE_APPROVE = "security:role:approve"
    PORTAL_HOME_USE = "portal:home:use"
    FEED_HOME_USE = "feed:home:use"

    @property
    def permission(self) -> tuple[str, str]:
        """Flask-AppBuilder's pair (permission, view menu)."""
        system, resource, action = self.value.split(":")
        return f"can_{action}", f"{system}:{resource}"


def _of(*prefixes: str) -> frozenset[Right]:
    return frozenset(
        right for right in Right if right.value.startswith(prefixes) and ":own:" not in right.value
    )


def _reads() -> frozenset[Right]:
    """To read and take out everything but what is mostly personal data: that is for the lead of its system."""
    people = ("compliance:", "chat:message", "shield:hash", "audit:", "identity:")
    return frozenset(
        right
        for right in Right
        if right.value.endswith((":read", ":export")) and not right.value.startswith(people)
    )


# Whoever works here may be named in a comment and asked to agree; what they then see, their other rights say.
COLLEAGUE = frozenset({Right.CONSOLE_APPROVAL_READ, Right.CONSOLE_MENTION_READ})

ROLES: dict[str, frozenset[Right]] = {
    "CRM": COLLEAGUE | _of("crm:", "biolink:", "gpt:") | {Right.ANALYTICS_BOARD_READ},
    "Content": COLLEAGUE
    | _of("media:", "gpt:", "ops:trace:read")
    | {Right.COMPLIANCE_REVIEW_READ, Right.SHIELD_VERDICT_READ, Right.CRM_CREATOR_READ},
    "Community": COLLEAGUE | _of("chat:", "social:") | {Right.CRM_CREATOR_READ, Right.CRM_FAN_READ},
    "Finance": COLLEAGUE | _of("finance:") | {Right.CRM_CREATOR_READ},
    "Compliance": COLLEAGUE
    | _of("compliance:", "media:asset:read", "media:asset:withdraw")
    | {Right.AUDIT_ENTRY_READ},
    "Security": COLLEAGUE | _of("shield:", "ops:", "audit:", "security:"),
    "Manager": COLLEAGUE | _reads(),
    "Creator": frozenset(
        {
            Right.PORTAL_HOME_USE,
            Right.BIOLINK_OWN_USE,
            Right.MEDIA_OWN_UPLOAD,
            Right.MEDIA_OWN_PLAY,
            Right.CHAT_OWN_USE,
            Right.SOCIAL_OWN_USE,
            Right.GPT_OWN_USE,
            Right.FINANCE_OWN_EARN,
            Right.COMPLIANCE_OWN_RECORD,
        }
    ),
    "Fan": frozenset(
        {
            Right.FEED_HOME_USE,
            Right.MEDIA_OWN_PLAY,
            Right.CHAT_OWN_USE,
            Right.SOCIAL_OWN_USE,
            Right.FINANCE_OWN_PAY,
        }
    ),
}
# Whoever signs in sees as whom, and changes the own name and password: Flask-AppBuilder's pages and their permissions.
ACCOUNT: frozenset[tuple[str, str]] = frozenset(
    {("can_userinfo", "PeopleView"), ("resetmypassword", "PeopleView"), ("userinfoedit", "PeopleView")}
    | {
        (f"can_this_form_{method}", view)
        for method in ("get", "post")
        for view in ("ResetMyPasswordView", "UserInfoEditView")
    }
)
ADMIN = "Admin"
# Whoever gives roles could give any to themselves: that stays with ADMIN, or with a role that it makes by hand.
ADMIN_ALONE = frozenset(right for right in Right if right.value.startswith("identity:"))
STAFF_ROLES = (ADMIN, "CRM", "Content", "Community", "Finance", "Compliance", "Security", "Manager")


def may(right: Right) -> bool:
    """Whether the person of the request at hand has `right`."""
    return bool(current_app.appbuilder.sm.has_access(*right.permission))  # type: ignore[attr-defined]


def may_person(person: Me, right: Right) -> bool:
    """Whether `person` has `right`; for sockets."""
    return bool(current_app.appbuilder.sm.person_has(person, *right.permission))  # type: ignore[attr-defined]


def requires(right: Right) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people with `right` into a view. Raises SignInNeeded for nobody, Forbidden for the wrong one."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            demand(right)
            return view(*args, **kwargs)

        guarded.__dict__["right"] = right
        return guarded

    return guard


def demand(right: Right) -> None:
    """Raise unless the person of the request at hand has `right`."""
    if may(right):
        return
    if person() is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    raise Forbidden(gettext("Your role does not allow this."))

"""Who gets what of a payment: versioned rules, shares that sum to the gross."""

from dataclasses import dataclass
from datetime import UTC, datetime

from fanzadmin.kernel.money import split


@dataclass(frozen=True, slots=True)
class FeeRule:
    """Shares in basis points of the gross, in force from `since`; they sum to 10,000."""

    version: int
    since: datetime
    processor_bps: int
    platform_bps: int
    creator_bps: int


@dataclass(frozen=True, slots=True)
class Shares:
    """A gross amount divided, in minor units."""

    gross_minor: int
    processor_fee_minor: int
    platform_fee_minor: int
    creator_minor: int
    rule_version: int


FEE_RULES: tuple[FeeRule, ...] = (
    FeeRule(1, datetime(2020, 1, 1, tzinfo=UTC), processor_bps=650, platform_bps=1350, creator_bps=8000),
    FeeRule(2, datetime(2026, 4, 1, tzinfo=UTC), processor_bps=550, platform_bps=1450, creator_bps=8000),
)


def rule_at(at: datetime) -> FeeRule:
    """The rule in force at `at` (aware)."""
    return next((rule for rule in reversed(FEE_RULES) if rule.since <= at), FEE_RULES[0])


def divide(gross_minor: int, rule: FeeRule) -> Shares:
    """Divide by largest remainder: the three shares sum to `gross_minor`, whatever it is."""
    weights = (rule.processor_bps, rule.platform_bps, rule.creator_bps)
    processor, platform, creator = split(gross_minor, weights)
    return Shares(gross_minor, processor, platform, creator, rule.version)

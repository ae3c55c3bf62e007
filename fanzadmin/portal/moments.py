"""A moment as a form brings it: typed in the hours of a time zone, kept in UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import gettext


class NotAMoment(ValueError):
    """What was typed is no moment of the time zone."""


def moment_of(text: str, zone: str) -> datetime | None:
    """`2026-12-24T20:00` in the IANA time zone `zone`, aware in UTC; None for nothing typed. Of an hour that comes twice the first counts.
    Raises NotAMoment, also for an hour that the zone leaves out when its clocks go forward."""
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone or "UTC"))
    except (ValueError, ZoneInfoNotFoundError, OSError):
        raise NotAMoment(gettext("Type a day and an hour such as 24.12.2026, 20:00.")) from None
    at = local.astimezone(UTC)
    if at.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NotAMoment(
            gettext("There is no such hour on that day: the clocks go forward. Choose another one.")
        )
    return at

"""What CreatorCRM answers: creators with their figures, fans, timelines."""

from fanzadmin.crm.blocks.queries import BlockCard, blocks_of
from fanzadmin.crm.creators.growth import (
    ClusterDay,
    CreatorGrowth,
    Growth,
    days_by_cluster,
    growth_by_cluster,
    top_growth,
)
from fanzadmin.crm.creators.queries import (
    CreatorAnswers,
    CreatorProfile,
    DayFigures,
    Numbers,
    Profile,
    creator_profile,
    days_of,
    names_of_creators,
    numbers_of,
    profile,
)
from fanzadmin.crm.discovery.queries import CreatorResult, find_creators
from fanzadmin.crm.fans.queries import FanAnswers, last_seen_of, names_of_fans
from fanzadmin.crm.reports.queries import OwnReport, Removal, removals_of, reports_of
from fanzadmin.crm.timeline.queries import TimelineLine, TimelinePage, timeline, timeline_line, timeline_of


class CrmPeople(CreatorAnswers, FanAnswers):
    """The answer to `contracts.crm.People`."""


__all__ = [
    "BlockCard", "ClusterDay", "CreatorGrowth", "CreatorProfile", "CreatorResult", "CrmPeople",
    "DayFigures", "Growth", "Numbers", "OwnReport", "Profile", "Removal", "TimelineLine", "TimelinePage",
    "blocks_of", "creator_profile", "days_by_cluster", "days_of", "find_creators", "growth_by_cluster",
    "last_seen_of", "names_of_creators", "names_of_fans", "numbers_of", "profile", "removals_of",
    "reports_of", "timeline", "timeline_line", "timeline_of", "top_growth",
]  # fmt: skip

"""What CreatorCRM hears: every fact that says how it reads in a timeline or what it counts."""

from fanzadmin.contracts.timeline import timelines
from fanzadmin.crm.activity import service
from fanzadmin.kernel.bus import on

for declared in timelines.values():
    on(declared.fact)(service.record_activity)

"""What incidents hear."""

from fanzadmin.contracts.compliance import MinorSuspected
from fanzadmin.kernel.bus import on
from fanzadmin.shield.incidents import service

on(MinorSuspected)(service.report_minor)

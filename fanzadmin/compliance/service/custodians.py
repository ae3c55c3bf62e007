"""The custodian of records: named on every page that shows content (28 CFR 75.6); a change begins a new entry."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from fanzadmin.compliance.models import Custodian
from fanzadmin.kernel import clock
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.ids import new_id


class CustodianUnclear(Invalid):
    title = "The custodian is not described as the law asks"


def appoint_custodian(
    cluster: str, *, name: str, title: str, organisation: str, street_address: str, hours: str, since: date
) -> str:
    """Name who keeps a cluster's records from `since` on. Returns the entry's id. Raises CustodianUnclear."""
    parts = [name, title, organisation, street_address, hours]
    if not all(part.strip() for part in parts):
        raise CustodianUnclear(
            gettext("Give the custodian's name, title, organisation, street address and hours.")
        )
    if any(
        word in street_address.lower().replace(".", "") for word in ("po box", "post office box", "postfach")
    ):
        raise CustodianUnclear(
            gettext("The address must be a street address; a post office box is not allowed (28 CFR 75.6).")
        )
    custodian = Custodian(
        id=new_id(),
        cluster=cluster,
        name=name.strip(),
        title=title.strip(),
        organisation=organisation.strip(),
        street_address=street_address.strip(),
        hours=hours.strip(),
        since=since,
        created_at=clock.now(),
    )
    session.add(custodian)
    return custodian.id

"""Who asks to see something: the viewer behind a login."""

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import Viewer
from fanzadmin.kernel.ports import ask
from security.identity import Me, person
from security.rbac import Right, may_person


def current_viewer() -> Viewer:
    """The viewer behind the current request, signed in or not."""
    return viewer_of(person())


def viewer_of(person: Me | None) -> Viewer:
    """The viewer behind a login, as fan, creator and staff alike; None is anonymous."""
    if person is None:
        return Viewer()
    fan, creator = ask(People).fan_of_user(person.user_id), ask(People).creator_of_user(person.user_id)
    return Viewer(
        user_id=person.user_id,
        fan_id=fan.id if fan else None,
        fan_cluster=fan.cluster if fan else None,
        creator_id=creator.id if creator else None,
        is_staff=may_person(person, Right("media:asset:read")),
        clusters=person.clusters,
    )

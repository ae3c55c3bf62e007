"""The REST resources of all consoles, a blueprint for each system."""

import re
from collections.abc import Iterable

from werkzeug.routing import Rule

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.registry import consoles
from fanzadmin.console.rest import many
from fanzadmin.console.rest.many import ImportArgs, ImportOptions, Many, ManyArgs
from fanzadmin.console.rest.names import resource_of, system_of
from fanzadmin.console.rest.resource import Route, install, routes_of
from fanzadmin.kernel.web.rest import Api, Blueprint


class NameTaken(RuntimeError):
    """Two shapes at one address."""


def install_all(api: Api, rules: Iterable[Rule]) -> None:
    """Register the resource of each console, and the batches. `rules` are the addresses that are there already: one of a
    system may stand below a console's (`creators/<id>/profile`), none at the same place. Raises NameTaken."""
    used = {_place(str(rule)) for rule in rules}
    blueprints: dict[str, Blueprint] = {}
    for name, console in consoles.items():
        system = system_of(console)
        routes = [*_of_many(console), *routes_of(console)]
        places = {_place(f"/api/v1/{system}/{resource_of(console)}{route.rule}") for route in routes}
        if twice := places & used:
            raise NameTaken(f"{sorted(twice)} are there already: give {name} a rest_name of its own")
        used |= places
        if system not in blueprints:
            blueprints[system] = _blueprint(system)
        install(blueprints[system], console, routes)
    for blueprint in (*blueprints.values(), many.blueprint):
        api.register_blueprint(blueprint)


def _place(rule: str) -> str:
    """A rule without the names of its variables."""
    return re.sub("<[^>]*>", "<>", rule)


def _blueprint(system: str) -> Blueprint:
    blueprint = Blueprint(f"{system}_records", __name__, url_prefix=f"/api/v1/{system}")
    blueprint.system = system
    return blueprint


def _of_many(console: ConsoleLike) -> list[Route]:
    resource = Many(console)
    routes: list[Route] = []
    changes = "update" in console.abilities and console.bulk
    if console.single_key() and (console.verbs or changes):
        doc = f"{console.list_title}: many at once."
        routes.append(
            Route("/bulk", "post", "read", resource.bulk, doc, many.BatchSchema, 202, ((ManyArgs, "json"),))
        )
    if "import" in console.abilities:
        doc = f"{console.list_title}: rows of a file, compared with the records."
        takes = ((ImportArgs, "files"), (ImportOptions, "query"))
        routes.append(
            Route("/import", "post", "import", resource.bring_in, doc, many.BatchSchema, 202, takes)
        )
    return routes

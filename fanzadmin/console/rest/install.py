"""The REST resources of all consoles, a blueprint for each system."""

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.registry import consoles
from fanzadmin.console.rest import many
from fanzadmin.console.rest.many import ImportArgs, ImportOptions, Many, ManyArgs
from fanzadmin.console.rest.names import resource_of, system_of
from fanzadmin.console.rest.resource import Route, install, routes_of
from fanzadmin.kernel.web.rest import Api, Blueprint


class NameTaken(RuntimeError):
    """Two shapes at one address."""


def install_all(api: Api, addresses: set[str]) -> None:
    """Register the resource of each console, and the batches. `addresses` are the addresses that are there already. Raises
    NameTaken."""
    blueprints: dict[str, Blueprint] = {}
    for name, console in consoles.items():
        system = system_of(console)
        address = f"/api/v1/{system}/{resource_of(console)}"
        if any(f"{path}/".startswith(f"{address}/") for path in addresses):
            raise NameTaken(f"{address} is there already: give {name} a rest_name of its own")
        addresses.add(address)
        if system not in blueprints:
            blueprints[system] = _blueprint(system)
        install(blueprints[system], console, [*_of_many(console), *routes_of(console)])
    for blueprint in (*blueprints.values(), many.blueprint):
        api.register_blueprint(blueprint)


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

"""Inside a system, and inside each of its areas, imports point one way: console, api, listeners → service → queries → models."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from tests.architecture.source import ROOT, SYSTEMS, Module, modules
from tests.architecture.test_layout import LAYERS, areas


class Place(NamedTuple):
    """Where a module lies: its system, its area (empty in a small system) and its layer."""

    system: str
    area: str
    layer: str


def place_of(name: str) -> Place | None:
    """The place of a dotted module; None outside the layers of the systems."""
    package, *inside = name.split(".")
    if package != "fanzadmin" or len(inside) < 2 or inside[0] not in SYSTEMS:
        return None
    system, first, *rest = inside
    if first in LAYERS:
        return Place(system, "", first)
    return Place(system, first, rest[0]) if rest and rest[0] in LAYERS else None


def imported(module: Module) -> Iterator[tuple[str, str]]:
    """The modules and names that a module imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def placed() -> Iterator[tuple[Module, Place]]:
    """Every module that lies in a layer."""
    for module in modules():
        dotted = module.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if place := place_of(dotted):
            yield module, place


def models() -> set[str]:
    """The tables' classes of all systems."""
    return {
        node.name
        for module, place in placed()
        if place.layer == "models"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(b, ast.Name) and b.id == "Model" for b in node.bases)
    }


def test_every_area_has_its_layers_in_the_contract() -> None:
    contracts = (
        (ROOT / ".importlinter").read_text().split("[importlinter:contract:areas]")[1].split("layers =")[0]
    )
    places = {".".join(filter(None, ("fanzadmin", place.system, place.area))) for _module, place in placed()}
    divided = {f"fanzadmin.{system}" for system in SYSTEMS if areas(system)}
    missing = places - divided - set(contracts.split())
    assert not missing, (
        f"name these as containers of the contract “areas” in .importlinter: {sorted(missing)}"
    )


def test_an_api_asks_queries_and_not_tables() -> None:
    tables = models()
    reaching = {
        module.name
        for module, place in placed()
        if place.layer == "api"
        for source, name in imported(module)
        if name in tables and place_of(source)
    }
    assert not reaching, f"let queries.py answer with a KeysetQuery or a dataclass: {sorted(reaching)}"


def test_a_model_asks_nothing_of_the_database() -> None:
    asking = {
        f"{module.name}:{node.lineno}"
        for module, place in placed()
        if place.layer == "models"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "session"
    }
    assert not asking, f"a row knows itself; ask the others in queries.py: {sorted(asking)}"


def test_a_console_builds_no_query() -> None:
    """It names a table for its Datamodel, and in the types of what it is given."""
    tables = models()
    building = {
        f"{module.name}:{node.lineno}"
        for module, place in placed()
        if place.layer == "console"
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in tables)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "select")
    }
    assert not building, f"ask queries.py: {sorted(building)}"

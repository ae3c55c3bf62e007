"""Imports point down and never in a circle, and each contract of .importlinter breaks where it should."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import pairwise
from typing import Any

import grimp
import pytest
from importlinter.application.use_cases import _register_contract_types, read_user_options
from importlinter.configuration import configure
from importlinter.domain.contract import registry

from tests.architecture.source import ROOT

PACKAGES = ("fanzadmin", "security", "dashboards", "jobs", "bench")

# An import for each contract that it must refuse, in an area of a system too. Modules that do not exist are planted.
FORBIDDEN = [
    ("house", "fanzadmin.contracts.media", "fanzadmin.crm.service"),
    ("house", "fanzadmin.finance.payouts.service", "fanzadmin.media.uploads.service"),
    ("house", "fanzadmin.console.rendering.cells", "fanzadmin.finance.ledger.models"),
    ("house", "fanzadmin.app", "fanzadmin.runtime.supervisor"),
    ("arrow", "security.people", "fanzadmin.shield.rules.service"),
    ("arrow", "fanzadmin.console.access.rules", "security.identity"),
    ("arrow", "fanzadmin.media.uploads.service", "jobs.media"),
    ("console", "fanzadmin.console.data.datamodel", "fanzadmin.console.contract"),
    ("console", "fanzadmin.console.registry", "fanzadmin.console.base"),
    ("console", "fanzadmin.console.record.timeline", "fanzadmin.console.views.board"),
    ("console", "fanzadmin.console.planted", "fanzadmin.console.data.rows"),
    ("kernel", "fanzadmin.kernel.db", "fanzadmin.kernel.bus.outbox"),
    ("kernel", "fanzadmin.kernel.queue.tasks", "fanzadmin.kernel.bus.outbox"),
    ("kernel", "fanzadmin.kernel.planted", "fanzadmin.kernel.clock"),
    ("runtime", "fanzadmin.runtime.up", "fanzadmin.console.registry"),
    ("runtime", "fanzadmin.runtime.backup", "fanzadmin.finance.ledger.queries"),
    ("faces", "fanzadmin.portal.money", "fanzadmin.finance.payouts.models"),
    ("faces", "dashboards.finance", "fanzadmin.finance.models"),
    ("faces", "fanzadmin.public.watch", "fanzadmin.media.playback.listeners"),
    ("faces", "jobs.media", "fanzadmin.media.uploads.api"),
]


@cache
def graph() -> grimp.ImportGraph:
    """Who imports whom, imports for type checkers and inside functions included."""
    return grimp.build_graph(*PACKAGES)


@cache
def contracts() -> dict[str, dict[str, Any]]:
    """The options of each contract by its name in the file."""
    configure()
    options = read_user_options(str(ROOT / ".importlinter"))
    _register_contract_types(options)
    return {contract["id"]: contract for contract in options.contracts_options}


def is_kept(name: str, imports: grimp.ImportGraph) -> bool:
    options = contracts()[name]
    roots = {"root_packages": [package for package in PACKAGES if package != "bench"]}
    contract = registry.get_contract_class(options["type"])(
        name=options["name"], session_options=roots, contract_options=options
    )
    return bool(contract.check(imports, verbose=False).kept)


def planted(importer: str, imported: str) -> grimp.ImportGraph:
    """The graph with one import more, and with the modules that it needs."""
    imports = deepcopy(graph())
    for module in (importer, imported):
        parts = module.split(".")
        for depth in range(1, len(parts) + 1):
            imports.add_module(".".join(parts[:depth]))
    imports.add_import(importer=importer, imported=imported, line_number=1, line_contents="planted")
    return imports


@pytest.mark.parametrize("name", sorted(contracts()))
def test_a_contract_is_kept_and_has_an_import_that_breaks_it(name: str) -> None:
    assert is_kept(name, deepcopy(graph())), "run lint-imports: it says which import points the wrong way"
    assert name in {contract for contract, *_ in [*FORBIDDEN, *UPWARDS]}, (
        "name an import in FORBIDDEN that it must refuse"
    )


def upwards() -> Iterator[tuple[str, str, str]]:
    """For each contract of layers an import from every layer into the one above it."""
    for name, options in contracts().items():
        layers = [re.split(r"\s*[|:]\s*", line)[0].strip("()") for line in options.get("layers", ())]
        for container in options.get("containers", ["fanzadmin"]):
            for above, below in pairwise(layers):
                stem = "" if "containers" not in options else f"{container}."
                yield name, f"{stem}{below}.planted", f"{stem}{above}.planted"


UPWARDS = list(upwards())


@pytest.mark.parametrize(("name", "importer", "imported"), [*FORBIDDEN, *UPWARDS])
def test_a_forbidden_import_breaks_its_contract(name: str, importer: str, imported: str) -> None:
    assert not is_kept(name, planted(importer, imported)), (
        "the contract has a hole: a wildcard, or a missing layer"
    )


def test_no_import_goes_round_in_a_circle() -> None:
    circles = [sorted(circle) for circle in _circles(graph()) if len(circle) > 1]
    assert not circles, f"move what both need into a module below them: {circles}"


def test_only_the_command_line_starts_what_runs_processes() -> None:
    wrong = {
        f"{importer} → {module}"
        for module in graph().modules
        if module.startswith("fanzadmin.runtime")
        for importer in graph().find_modules_that_directly_import(module)
        if not importer.startswith(("fanzadmin.runtime", "bench."))
    }
    assert not wrong, f"no request ever enters fanzadmin/runtime; only run.py starts it: {wrong}"


def _circles(imports: grimp.ImportGraph) -> Iterator[list[str]]:
    """The strongly connected components (Tarjan), each a circle where it has several modules."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    results: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        path.append(module)
        for imported in imports.find_modules_directly_imported_by(module):
            if imported not in order:
                visit(imported)
                low[module] = min(low[module], low[imported])
            elif imported in path:
                low[module] = min(low[module], order[imported])
        if low[module] == order[module]:
            at = path.index(module)
            results.append(path[at:])
            del path[at:]

    for module in sorted(imports.modules):
        if module not in order:
            visit(module)
    return iter(results)

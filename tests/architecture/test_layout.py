"""Where things are, and how large they may grow. A failing message says what to do."""

from pathlib import Path

from tests.architecture.source import ROOT, SYSTEMS, Module, in_system, modules

LARGEST = 400
LARGEST_SYSTEM = 2_500
LARGEST_LAYER = 8
LAYERS = {"models", "service", "queries", "console", "api", "listeners", "channels"}
SYSTEM_NAMES = LAYERS | {"__init__", "rights", "demo", "system"}
DISSOLVED = {"models", "console", "api"}  # in a system of areas each of them lies in its area
DRAWERS = {"schemas", "utils", "helpers", "common", "misc", "base", "handlers", "managers", "types"}


def areas(system: str) -> set[str]:
    """The packages of a system that are named by a noun instead of a layer."""
    folders = (path.parent for path in (ROOT / "fanzadmin" / system).glob("*/__init__.py"))
    return {folder.name for folder in folders} - SYSTEM_NAMES


def test_no_file_is_larger_than_one_can_read() -> None:
    large = {m.name: m.lines for m in modules() if m.lines > LARGEST}
    assert not large, f"split these by noun (payments/charging.py …): {large}"


def test_a_system_has_only_the_names_of_the_design() -> None:
    strange = {
        m.name
        for m in modules()
        if (system := in_system(m)) and _inside(m, system)[0] not in SYSTEM_NAMES | areas(system)
    }
    assert not strange, (
        f"a new file name in a system needs an ADR; what is a noun is an area: {sorted(strange)}"
    )


def test_an_area_has_only_layers_and_its_own_nouns() -> None:
    drawers = {
        m.name
        for m in modules()
        if (system := in_system(m)) and (inside := _inside(m, system))[0] in areas(system)
        if DRAWERS & set(inside)
    }
    assert not drawers, f"name these by their noun, and make REST shapes from dataclasses: {sorted(drawers)}"


def test_a_system_of_areas_has_its_layers_in_them() -> None:
    left = {
        f"{system}/{name}"
        for system in SYSTEMS
        if areas(system)
        for name in DISSOLVED
        if any((ROOT / "fanzadmin" / system / form).exists() for form in _forms(name))
    }
    assert not left, f"each area has its own; only service.py and queries.py stay, as the public face: {left}"


def test_a_large_system_is_divided_into_areas() -> None:
    lines = {
        system: sum(m.lines for m in modules() if in_system(m) == system)
        for system in SYSTEMS
        if not areas(system)
    }
    large = {system: count for system, count in lines.items() if count > LARGEST_SYSTEM}
    assert not large, f"divide these by noun, as finance is (docs/architecture.md): {large}"


def test_areas_are_layers_of_their_system() -> None:
    contracts = (ROOT / ".importlinter").read_text()
    missing = {
        system
        for system in SYSTEMS
        if areas(system) and f"containers =\n    fanzadmin.{system}\n" not in contracts
    }
    assert not missing, f"give these an exhaustive contract of layers in .importlinter: {missing}"


def test_a_layer_is_not_a_second_system() -> None:
    large = {
        str(folder.relative_to(ROOT)): count
        for system in SYSTEMS
        for folder in (ROOT / "fanzadmin" / system).rglob("*")
        if folder.is_dir() and folder.name in LAYERS and (count := _files(folder)) > LARGEST_LAYER
    }
    assert not large, f"more than {LARGEST_LAYER} files in a layer: divide the system by noun: {large}"


def test_every_system_has_a_public_face() -> None:
    faces = ("models", "service", "queries", "console", "listeners", "system", "demo")
    missing = [
        f"{system}/{name}"
        for system in SYSTEMS
        for name in faces
        if not any(
            (folder / form).exists()
            for folder in (ROOT / "fanzadmin" / system, *_area_folders(system))
            for form in _forms(name)
        )
    ]
    assert not missing, f"DESIGN.md names these files for every system: {missing}"


def test_every_module_says_what_it_is() -> None:
    import ast

    silent = [m.name for m in modules() if m.text.strip() and ast.get_docstring(m.tree) is None]
    assert not silent, f"write the purpose on the first line: {silent}"


def _inside(module: Module, system: str) -> tuple[str, ...]:
    """The names on the way from the system's folder to the file, the file's without its ending."""
    return module.path.relative_to(ROOT / "fanzadmin" / system).with_suffix("").parts


def _area_folders(system: str) -> list[Path]:
    return [ROOT / "fanzadmin" / system / area for area in sorted(areas(system))]


def _files(folder: Path) -> int:
    return sum(path.name != "__init__.py" for path in folder.glob("*.py"))


def _forms(name: str) -> tuple[str, str]:
    return f"{name}.py", name

"""Where things are, and how large they may grow. A failing message says what to do."""

from tests.architecture.source import ROOT, SYSTEMS, Module, in_system, modules

LARGEST = 400
SYSTEM_NAMES = {
    "__init__",
    "models",
    "service",
    "queries",
    "console",
    "api",
    "schemas",
    "listeners",
    "channels",
    "demo",
    "system",
}


def test_no_file_is_larger_than_one_can_read() -> None:
    large = {m.name: m.lines for m in modules() if m.lines > LARGEST}
    assert not large, f"split these into a package by noun (service/uploads.py …): {large}"


def test_a_system_has_only_the_names_of_the_design() -> None:
    strange = {
        m.name for m in modules() if (system := in_system(m)) and _own_name(m, system) not in SYSTEM_NAMES
    }
    assert not strange, f"a new file name in a system needs an ADR: {sorted(strange)}"


def test_every_system_has_a_public_face() -> None:
    faces = ("models.py", "service", "queries", "console.py", "listeners.py", "system.py", "demo.py")
    missing = [
        f"{system}/{name}"
        for system in SYSTEMS
        for name in faces
        if not any((ROOT / "fanzadmin" / system / candidate).exists() for candidate in _forms(name))
    ]
    assert not missing, f"DESIGN.md names these files for every system: {missing}"


def test_every_module_says_what_it_is() -> None:
    import ast

    silent = [m.name for m in modules() if m.text.strip() and ast.get_docstring(m.tree) is None]
    assert not silent, f"write the purpose on the first line: {silent}"


def _own_name(module: Module, system: str) -> str:
    relative = module.path.relative_to(ROOT / "fanzadmin" / system)
    return relative.parts[0].removesuffix(".py")


def _forms(name: str) -> tuple[str, ...]:
    stem = name.removesuffix(".py")
    return f"{stem}.py", stem

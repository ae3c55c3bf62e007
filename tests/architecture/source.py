"""The project's own source, parsed once for all architecture tests."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SYSTEMS = ("crm", "biolink", "chat", "media", "social", "gpt", "shield", "finance", "compliance")
PACKAGES = ("fanzadmin", "security", "dashboards", "jobs", "bench")


@dataclass(frozen=True)
class Module:
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the product, migrations included, tests left out."""
    files = [ROOT / "run.py", ROOT / "config.py"]
    for package in PACKAGES:
        files += sorted((ROOT / package).rglob("*.py"))
    return tuple(Module(path, text := path.read_text(), ast.parse(text)) for path in files)


@cache
def suite() -> tuple[Module, ...]:
    """Every Python file of the tests."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    return tuple(Module(path, text := path.read_text(), ast.parse(text)) for path in files)


def in_system(module: Module) -> str | None:
    """The system that a module belongs to."""
    parts = module.path.relative_to(ROOT).parts
    return parts[1] if len(parts) > 2 and parts[0] == "fanzadmin" and parts[1] in SYSTEMS else None

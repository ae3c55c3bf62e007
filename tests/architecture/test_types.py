"""How much of the code is typed, package by package: the numbers only fall."""

import ast
import re
from collections import Counter
from functools import cache

from tests.architecture.source import SYSTEMS, Module, modules

GAPS = ("Any", "untyped", "ignore", "cast")

# What is left in each package, in the order of GAPS. Write a smaller number when there is less; never a larger one.
LEFT: dict[str, tuple[int, int, int, int]] = {
    "biolink": (7, 0, 0, 0),
    "canary": (27, 0, 2, 0),
    "chat": (8, 0, 0, 0),
    "compliance": (13, 0, 0, 0),
    "console": (88, 0, 1, 4),
    "contracts": (0, 0, 0, 0),
    "crm": (12, 0, 1, 0),
    "dashboards": (9, 0, 3, 0),
    "fanzadmin": (2, 0, 2, 0),
    "finance": (3, 0, 1, 0),
    "gpt": (10, 0, 0, 0),
    "jobs": (0, 0, 0, 0),
    "kernel": (63, 0, 9, 1),
    "media": (12, 0, 0, 0),
    "operations": (0, 0, 0, 0),
    "portal": (3, 0, 0, 0),
    "public": (0, 0, 1, 0),
    "runtime": (10, 0, 1, 0),
    "security": (12, 0, 11, 0),
    "shield": (9, 0, 0, 0),
    "social": (0, 0, 0, 1),
}


def package_of(module: Module) -> str:
    """`console`, `finance`, `security` …; what lies in no package belongs to `fanzadmin`."""
    first, *rest = module.name.removesuffix(".py").split("/")
    if first == "fanzadmin" and len(rest) > 1 and rest[0] != "migrations":
        return rest[0]
    return first if rest and first not in {"fanzadmin", "bench"} else "fanzadmin" if first != "bench" else ""


def gaps_of(module: Module) -> Counter[str]:
    """The names `Any`, parameters and returns without a type, `type: ignore` comments, and casts of a module."""
    gaps: Counter[str] = Counter(ignore=len(re.findall(r"#\s*type:\s*ignore", module.text)))
    casts = _imported_cast(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id == "Any":
            gaps["Any"] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            gaps["Any"] += (
                bool(re.fullmatch(r"[\w\[\], .|]*\bAny\b[\w\[\], .|]*", node.value)) and "[" in node.value
            )
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            gaps["cast"] += node.func.id in casts
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            gaps["untyped"] += _untyped(node)
    return gaps


def _imported_cast(module: Module) -> set[str]:
    """What `typing.cast` is called here: SQLAlchemy has a `cast` of its own."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "typing"
        for alias in node.names
        if alias.name == "cast"
    }


def _untyped(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    arguments = function.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    bare = [entry for entry in every if entry is not None and entry.annotation is None]
    return sum(item.arg not in {"self", "cls"} for item in bare) + (function.returns is None)


def aliases_of(module: Module, gaps: set[str]) -> set[str]:
    """The names that a module gives to a type with `Any`, or with another of `gaps`, in it."""
    names: set[str] = set()
    for node in module.tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if value is not None and isinstance(value, ast.Name | ast.Subscript | ast.BinOp):
            untyped = any(isinstance(part, ast.Name) and part.id in gaps for part in ast.walk(value))
            names |= {target.id for target in targets if untyped and isinstance(target, ast.Name)}
    return {name for name in names if name.lstrip("_")[:1].isupper() and not name.isupper()}


def all_aliases() -> dict[str, set[str]]:
    """The aliases of `Any` by module, and those of such an alias, however many steps away."""
    aliases: dict[str, set[str]] = {}
    while True:
        larger = {}
        for module in modules():
            name = dotted(module)
            larger[name] = aliases_of(module, {"Any"} | aliases.get(name, set()) | imported(module, aliases))
        if larger == aliases:
            return aliases
        aliases = larger


def dotted(module: Module) -> str:
    return module.name.removesuffix(".py").replace("/", ".")


def imported(module: Module, aliases: dict[str, set[str]]) -> set[str]:
    """The aliases that a module imports, by the names they have in it."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in aliases.get(node.module or "", ())
    }


def uses_of_aliases(module: Module, aliases: dict[str, set[str]]) -> int:
    """How often a module writes an alias of `Any`, its own or an imported one, where it could write a type."""
    names = aliases.get(dotted(module), set()) | imported(module, aliases)
    return sum(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names
        for node in ast.walk(module.tree)
    )


@cache
def counted() -> dict[str, Counter[str]]:
    """The gaps of each package; an alias of `Any` counts wherever it is used."""
    results: dict[str, Counter[str]] = {}
    aliases = all_aliases()
    for module in modules():
        if package := package_of(module):
            results.setdefault(package, Counter()).update(gaps_of(module))
            results[package]["Any"] += uses_of_aliases(module, aliases)
    return results


def test_no_package_has_more_gaps_in_its_types_than_it_had() -> None:
    more = {
        f"{package}: {counts[gap]} {gap}, {left} allowed"
        for package, counts in counted().items()
        for gap, left in zip(GAPS, LEFT.get(package, (0, 0, 0, 0)), strict=True)
        if counts[gap] > left
    }
    assert not more, (
        "write the type: a record is a Record and a console a ConsoleLike (fanzadmin/console/contract.py), a value that is "
        f"only passed on is an object, an answer of a page is a ResponseReturnValue: {sorted(more)}"
    )


def test_any_is_rare() -> None:
    """Under 10 times in 1,000 lines of the consoles' base, under 6 in the whole product."""
    lines: Counter[str] = Counter()
    for module in modules():
        lines[package_of(module)] += len(module.text.splitlines())
    counts = {package: gaps["Any"] for package, gaps in counted().items()}
    assert counts["console"] * 1000 < 10 * lines["console"], "give the values of consoles their types"
    assert sum(counts.values()) * 1000 < 6 * sum(lines[package] for package in counts), "write the types"


def test_every_package_is_counted() -> None:
    assert LEFT.keys() <= counted().keys(), "these packages are gone: take them out of LEFT"
    assert set(SYSTEMS) | {"console", "kernel", "security"} <= counted().keys()

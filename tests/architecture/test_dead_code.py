"""What only tests use is deleted: code that a feature to come will need is written with that feature."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from tests.architecture.source import ROOT, Module, modules

# Decorators that change how a function is called; every other one registers it somewhere: a route, a listener, a page.
PLAIN_DECORATORS = {
    "abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod", "contextmanager", "overload",
    "override", "property", "setter", "singledispatch", "staticmethod", "wraps",
}  # fmt: skip

# Called by name: by RQ, and by the class's own library.
REGISTERED = {
    "jobs/": "RQ calls a job by the name that `enqueue` is given",
    "bench/": "a benchmark's own entry points",
}

ALLOWED = {
    "fanzadmin/crm/creators/service.py begin_onboarding": "a state of the creator that no page leads to yet",
    "fanzadmin/crm/creators/service.py offboard_creator": "BioLinkHub listens to its fact; no page leads to it yet",
    "fanzadmin/crm/fans/service.py register_fan": "how a fan begins: the demo writes fans in bulk, sign-up is not built yet",
    "fanzadmin/kernel/clock.py frozen": "tests hold the clock still, and only they may",
    "fanzadmin/portal/__init__.py PAGES": "holds the modules whose import registers their pages",
    "security/rbac.py ADMIN_ALONE": "tests hold every role to it",
    "fanzadmin/kernel/text.py alike_key": "compares names that have to be unique",
}

# Read by name: by Flask-AppBuilder, gunicorn, Django.
CONSTANTS_FOR_OTHERS = {"config.py", "bench/peers/django_urls.py"}

_DOTTED = re.compile(r"[\w.:]+")
_WORD = re.compile(r"\w+")


def decorators_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for node in function.decorator_list:
        target = node.func if isinstance(node, ast.Call) else node
        yield target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def public_functions(module: Module) -> Iterator[tuple[str, str]]:
    """The class ("" for a module's own) and the name of every public function, those left out that a decorator registers."""
    for owner in (module.tree, *(node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))):
        for node in owner.body:
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and not node.name.startswith("_")
                and set(decorators_of(node)) <= PLAIN_DECORATORS
            ):
                yield getattr(owner, "name", ""), node.name


def mentions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every use of a name: (`name`, …) by itself, (`attribute`, …) behind a dot, (`string`, …) in a dotted string."""
    exported = {id(item) for node in tree.body if _is_all(node) for item in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield "name", node.id
        elif isinstance(node, ast.Attribute):
            yield "attribute", node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in exported:
            yield from (
                ("string", word) for word in _WORD.findall(node.value) if _DOTTED.fullmatch(node.value)
            )


def _is_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        getattr(target, "id", "") == "__all__" for target in node.targets
    )


@cache
def used() -> tuple[dict[str, set[str]], set[str]]:
    """The modules that use a name by itself, by name; and the names that are used behind a dot, in a string or in a template."""
    by_name: dict[str, set[str]] = defaultdict(set)
    anywhere: set[str] = set()
    for module in modules():
        for kind, name in mentions(module.tree):
            if kind == "name":
                by_name[name].add(module.name)
            else:
                anywhere.add(name)
    for suffix in ("html", "js", "txt", "xml"):
        for path in (ROOT / "fanzadmin").rglob(f"*.{suffix}"):
            if "vendor" not in path.parts:
                anywhere.update(_WORD.findall(path.read_text()))
    return by_name, anywhere


def imported_as(module: Module, name: str) -> set[str]:
    """What a module calls the `name` that it imports from elsewhere."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == name
    }


def is_used(module: Module, name: str) -> bool:
    by_name, anywhere = used()
    if name in anywhere or module.name in by_name[name]:
        return True
    return any(
        other.name in by_name[local]
        for other in modules()
        if name in other.text
        for local in imported_as(other, name)
    )


def overrides(module: Module, owner: str, name: str) -> bool:
    """Whether a method is one that a class of a library calls."""
    dotted = module.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    cls = getattr(import_module(dotted), owner, None)
    return cls is not None and any(
        name in vars(base)
        for base in cls.__mro__[1:]
        if base.__module__.split(".")[0] not in ("fanzadmin", "security")
    )


def serves_tests_only(module: Module) -> Iterator[str]:
    for owner, name in public_functions(module):
        if is_used(module, name) or (owner and (name.startswith("on_") or overrides(module, owner, name))):
            continue
        if f"{module.name} {name}" not in ALLOWED:
            yield f"{module.name} {name}"


def test_every_public_function_serves_the_product() -> None:
    dead = [
        line
        for module in modules()
        if not module.name.startswith(tuple(REGISTERED)) and "/migrations/" not in module.name
        for line in serves_tests_only(module)
    ]
    assert not dead, (
        f"nothing but tests uses these: delete them with their tests, or write the feature that needs them: {dead}"
    )


def constants(module: Module) -> Iterator[str]:
    """The names that a module gives to values."""
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (
            target.id for target in targets if isinstance(target, ast.Name) and not target.id.startswith("__")
        )


def test_every_constant_is_used() -> None:
    unused = [
        f"{module.name} {name}"
        for module in modules()
        if module.name not in CONSTANTS_FOR_OTHERS and "/migrations/" not in module.name
        for name in constants(module)
        if not is_used(module, name) and f"{module.name} {name}" not in ALLOWED
    ]
    assert not unused, f"nothing reads these: delete them: {unused}"


def test_what_is_allowed_is_still_there() -> None:
    public = {f"{module.name} {name}" for module in modules() for _owner, name in public_functions(module)}
    public |= {f"{module.name} {name}" for module in modules() for name in constants(module)}
    assert ALLOWED.keys() <= public, f"take these out of ALLOWED: {ALLOWED.keys() - public}"

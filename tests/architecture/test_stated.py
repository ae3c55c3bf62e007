"""What a person states, the person types: no console and no API passes a constant for it."""

import ast

from tests.architecture.source import modules

STATED = {"reason", "outcome", "why"}
PLACES = ("console.py", "api.py")


def constants(tree: ast.Module) -> set[str]:
    """The names of a module that hold a text."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def is_constant(value: ast.expr, names: set[str]) -> bool:
    """Whether a value is a text of the code, or may be one."""
    if isinstance(value, ast.BoolOp | ast.IfExp):
        parts = value.values if isinstance(value, ast.BoolOp) else [value.body, value.orelse]
        return any(is_constant(part, names) for part in parts)
    if isinstance(value, ast.Name):
        return value.id in names
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and bool(value.value)


def test_no_console_and_no_api_states_a_reason_for_somebody() -> None:
    canned = [
        f"{module.name}:{keyword.value.lineno}"
        for module in modules()
        if module.name.endswith(PLACES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in STATED and is_constant(keyword.value, constants(module.tree))
    ]
    assert not canned, (
        f"let the person say it: a verb asks by `asks=Reason()`, an endpoint by its body: {canned}"
    )

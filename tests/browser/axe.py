"""axe-core in a page: the rules of WCAG 2.2 AA, told as sentences."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
COLOURS_ONLY = ["color-contrast", "link-in-text-block"]  # what light or dark decides
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async ([only, without]) => {
  for (const moving of document.getAnimations()) try { moving.finish(); } catch { moving.cancel(); } // endless ones
  const { violations } = await axe.run(document, {
    runOnly: only, rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])), resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
    `${id}: ${node.target.join(" ")} ${node.html.slice(0, 160)} (${(node.any[0] ?? node.all[0] ?? node.none[0]).message})`));
}"""


def violations(page: Page, *, rules: Sequence[str] = (), without: Sequence[str] = ()) -> list[str]:
    """What axe-core finds: by every rule of the levels A and AA but those `without`, or only by `rules`.

    The script comes through the debugger's door, past the page's Content-Security-Policy, which stays as it is.
    """
    if not page.evaluate("'axe' in globalThis"):
        door = page.context.new_cdp_session(page)
        door.send("Runtime.evaluate", {"expression": _script()})
        door.detach()
    only: dict[str, Any] = (
        {"type": "rule", "values": [*rules]} if rules else {"type": "tag", "values": LEVELS}
    )
    return list(page.evaluate(RUN, [only, [*without]]))


@cache
def _script() -> str:
    return SCRIPT.read_text()

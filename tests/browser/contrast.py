"""Contrast of WCAG 2.2 over the tokens, and over the words of a page as the browser paints them."""

import re
from pathlib import Path

TOKENS = Path(__file__).parents[2] / "fanzadmin/static/css/tokens.css"

Colour = tuple[float, float, float]


def tokens(scheme: str) -> dict[str, Colour]:
    """Every `light-dark(#, #)` token as channels of 0 to 1."""
    result = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS.read_text())
    return {name: _channels(light if scheme == "light" else dark) for name, light, dark in result}


def ratio(first: Colour, other: Colour) -> float:
    """From 1 (the same) to 21 (black on white)."""
    brighter, darker = sorted((_luminance(first), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _channels(code: str) -> Colour:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Runs in the page: each visible text whose painted contrast is below 4.5 (3 for large text).
FAINT_WORDS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (css) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = css; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r / 255, g / 255, b / 255, a / 255]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (node) => { const layers = []; for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor); layers.push(colour); if (colour[3] === 1) break; }
    return layers.reverse().reduce((below, top) => over(top, below), [1, 1, 1, 1]); };
  const light = (c) => { const [r, g, b] = c.map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const node = walker.currentNode.parentElement;
    if (!text || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || node.closest("[aria-disabled=true], :disabled, [aria-busy=true], script, option")) continue;
    const style = getComputedStyle(node);
    const ground = behind(node);
    const [a, b] = [light(over(rgba(style.color), ground)), light(ground)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < needed) found.push(`${contrast.toFixed(2)} "${text.slice(0, 30)}" .${node.className}`);
  }
  return [...new Set(found)];
}"""

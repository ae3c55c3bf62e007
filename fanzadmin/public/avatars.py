"""A creator's picture until there is a better one: initials on a colour that follows the handle."""

import io
from functools import lru_cache
from zlib import crc32

from markupsafe import escape
from PIL import Image, ImageDraw, ImageFont

HUES = ("#a81e68", "#2b66c9", "#1f8a52", "#a86a00", "#6b4fc0", "#007780")
PIXELS = 512


def svg(name: str, handle: str) -> tuple[bytes, str]:
    """An SVG of 96 by 96 units, and its type."""
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img"><title>{escape(name)}</title>'
        f'<rect width="96" height="96" fill="{hue(handle)}"/>'
        '<text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="38" font-weight="600" '
        f'text-anchor="middle" dominant-baseline="central">{escape(initials(name))}</text></svg>'
    )
    return text.encode(), "image/svg+xml"


@lru_cache(maxsize=256)
def png(name: str, handle: str) -> tuple[bytes, str]:
    """A PNG of 512 by 512 pixels, and its type."""
    picture, out = Image.new("RGB", (PIXELS, PIXELS), hue(handle)), io.BytesIO()
    font = ImageFont.load_default(size=PIXELS * 0.4)
    ImageDraw.Draw(picture).text(
        (PIXELS / 2, PIXELS / 2), initials(name), fill="#fff", font=font, anchor="mm"
    )
    picture.save(out, "PNG", optimize=True)
    return out.getvalue(), "image/png"


def initials(name: str) -> str:
    """ "Mia Stone" is MS, "mia" is M."""
    words = name.split() or ["?"]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


def hue(handle: str) -> str:
    return HUES[crc32(handle.encode()) % len(HUES)]

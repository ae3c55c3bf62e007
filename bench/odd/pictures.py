"""Pictures that are odd and sound: every browser shows them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

from bench.odd.case import Case, file_of
from bench.odd.streams import clip

pillow_heif.register_heif_opener()

SIZE = (96, 64)
XMP = b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="w"?>'
BEHIND = {
    "one stray byte": b"\x9c",
    "a line break": b"\r\n",
    "sixteen stray bytes": bytes(range(0x40, 0x50)),
    "sixty stray bytes": bytes(range(0x81, 0xBD)),
    "padding of zeros": bytes(5000),
    "blanks": b" " * 300,
    "filler": b"\xff" * 200,
}
SHAPES = ((1, 1), (1, 1000), (1000, 1), (1, 64), (64, 1), (3, 3000), (3000, 3), (17, 13), (2, 2), (640, 8))


@cache
def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """A smooth picture with all colours in it."""
    across, down = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    channels = [across * 255, down * 255, (1 - across) * 200 + 20]
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:  # Any: each format has options of its own
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def odd_pictures() -> Iterator[Case]:
    yield from _jpegs()
    yield from _pngs()
    yield from _webps()
    yield from _gifs()
    yield from _heifs()
    yield from _others()
    for extension, kind in (
        ("jpg", "JPEG"),
        ("png", "PNG"),
        ("gif", "GIF"),
        ("webp", "WEBP"),
        ("avif", "AVIF"),
        ("heic", "HEIF"),
    ):
        content = saved(scene(), kind)
        for what, extra in BEHIND.items():
            yield Case(f"{what} behind.{extension}", content + extra)
    for width, height in SHAPES:
        for extension, kind in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("gif", "GIF")):
            encoded = extension == "png" and (width, height) in {(1, 1000), (1000, 1), (1, 1), (17, 13)}
            yield Case(
                f"{width} by {height}.{extension}", saved(scene((width, height)), kind), is_encoded=encoded
            )


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def _jpegs() -> Iterator[Case]:
    plain = saved(scene(), "JPEG", quality=92)
    yield Case("plain.jpg", plain, is_encoded=True)
    for number, name in enumerate(("4-4-4", "4-2-2", "4-2-0")):
        yield Case(f"subsampled {name}.jpg", saved(scene(), "JPEG", subsampling=number))
    yield Case("grey.jpg", saved(scene().convert("L"), "JPEG", quality=95), is_encoded=True)
    yield Case("cmyk.jpg", saved(scene().convert("CMYK"), "JPEG"))
    yield Case("progressive.jpg", saved(scene(), "JPEG", progressive=True, quality=92), is_encoded=True)
    yield Case("optimised.jpg", saved(scene(), "JPEG", optimize=True))
    yield Case("restart markers.jpg", saved(scene(), "JPEG", restart_marker_blocks=2))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    yield Case("colour profile.jpg", saved(scene(), "JPEG", icc_profile=profile))
    for orientation in range(1, 9):
        encoded = orientation in {3, 6}
        yield Case(
            f"turned {orientation}.jpg",
            saved(scene(), "JPEG", exif=_exif(orientation), quality=92),
            is_encoded=encoded,
        )
    yield Case("comment.jpg", saved(scene(), "JPEG", comment=b"by hand"))
    yield Case("no end mark.jpg", plain[:-2], is_encoded=True)
    yield Case("half an end mark.jpg", plain[:-1])
    yield Case("two end marks.jpg", plain + b"\xff\xd9")
    yield Case("progressive without end mark.jpg", saved(scene(), "JPEG", progressive=True)[:-2])
    yield Case("fill bytes.jpg", plain[:2] + b"\xff\xff\xff" + plain[2:])
    yield Case("stray bytes between segments.jpg", plain[:20] + b"\x00\x00\x00" + plain[20:])
    yield Case("xmp.jpg", plain[:2] + _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + XMP) + plain[2:])
    yield Case("photoshop.jpg", plain[:2] + _segment(0xED, b"Photoshop 3.0\x008BIM" + bytes(40)) + plain[2:])
    yield Case("index of pictures.jpg", plain[:2] + _segment(0xE2, b"MPF\x00II*\x00" + bytes(60)) + plain[2:])
    yield Case(
        "damaged exif.jpg", plain[:2] + _segment(0xE1, b"Exif\x00\x00II*\x00\xff\xff\xff\x7f") + plain[2:]
    )
    small = saved(scene((48, 32)), "JPEG")
    yield Case("companion.jpg", plain + small)
    yield Case("two companions after padding.jpg", plain + bytes(64) + small + small)
    yield Case("motion photo.jpg", plain + clip("mp4"))
    yield Case(
        "trailer of a phone.jpg",
        plain + bytes(80) + b"\x01\x0a\x0e\x00\x00\x00Image_UTC_Data1700000000000SEFH" + bytes(24) + b"SEFT",
    )
    mpo = saved(scene(), "MPO", save_all=True, append_images=[scene((48, 32))])
    yield Case("pictures in one file.jpg", mpo, is_encoded=True)


def _chunk(name: bytes, payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + name + payload + zlib.crc32(name + payload).to_bytes(4, "big")


def raw_png(samples: np.ndarray[Any, Any], *, colour: int, depth: int) -> bytes:
    """A PNG straight from samples of `depth` bits, for the kinds that Pillow does not write."""
    height, width = samples.shape[:2]
    rows = samples.astype(">u2" if depth == 16 else "u1").reshape(height, -1)
    body = b"".join(b"\x00" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(body))
        + _chunk(b"IEND", b"")
    )


def _pngs() -> Iterator[Case]:
    plain = saved(scene(), "PNG")
    yield Case("plain.png", plain, is_encoded=True)
    modes: dict[str, Callable[[], Image.Image]] = {
        "black and white": lambda: scene().convert("1"),
        "grey": lambda: scene().convert("L"),
        "grey with alpha": lambda: scene().convert("LA"),
        "palette": lambda: scene().quantize(32),
        "alpha": _see_through,
        "grey of sixteen bits": lambda: Image.fromarray(
            np.asarray(scene().convert("L"), dtype=np.uint16) * 257
        ),
    }
    for name, make in modes.items():
        yield Case(
            f"{name}.png",
            saved(make(), "PNG"),
            is_encoded=name in {"grey of sixteen bits", "palette", "grey with alpha"},
        )
    wide = np.asarray(scene(), dtype=np.uint16) * 257
    yield Case("colour of sixteen bits.png", raw_png(wide, colour=2, depth=16), is_encoded=True)
    alpha = np.full((*wide.shape[:2], 1), 65535, dtype=np.uint16)
    yield Case(
        "alpha of sixteen bits.png", raw_png(np.concatenate([wide, alpha], axis=2), colour=6, depth=16)
    )
    grey = wide[:, :, :1]
    yield Case(
        "grey and alpha of sixteen bits.png",
        raw_png(np.concatenate([grey, alpha], axis=2), colour=4, depth=16),
    )
    yield Case("transparent colour.png", saved(scene().quantize(16), "PNG", transparency=3))
    yield Case("no end mark.png", plain[:-12], is_encoded=True)
    yield Case("half an end mark.png", plain[:-6])
    yield Case("unknown chunk.png", plain[:33] + _chunk(b"prVt", b"anything") + plain[33:])
    text = _chunk(b"tEXt", b"Software\x00by hand")
    yield Case("damaged text.png", plain[:33] + text[:-1] + bytes([text[-1] ^ 1]) + plain[33:])
    yield Case("text.png", plain[:33] + text + plain[33:])
    yield Case(
        "xmp.png", plain[:33] + _chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + XMP) + plain[33:]
    )
    yield Case("turned.png", saved(scene(), "PNG", exif=_exif(6)))
    yield Case("cropped screenshot.png", plain + plain[len(plain) // 2 :])
    frames = moving()
    yield Case(
        "moving.png",
        saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=80),
        is_encoded=True,
    )
    yield Case(
        "moving after a still.png",
        saved(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True),
    )


def _see_through() -> Image.Image:
    image = scene().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(SIZE))
    return image


def moving(count: int = 5) -> list[Image.Image]:
    """The scene with a bar that moves across it."""
    frames = []
    for number in range(count):
        frame = scene().copy()
        frame.paste((250, 250, 250), (number * 16, 8, number * 16 + 12, 56))
        frames.append(frame)
    return frames


def _webps() -> Iterator[Case]:
    yield Case("plain.webp", saved(scene(), "WEBP", quality=92), is_encoded=True)
    lossless = saved(scene(), "WEBP", lossless=True)
    yield Case("lossless.webp", lossless)
    yield Case("alpha.webp", saved(_see_through(), "WEBP"))
    frames = moving()
    animated = saved(
        frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=[40, 80, 120, 160, 200]
    )
    yield Case("moving.webp", animated, is_encoded=True)
    yield Case("one frame moving.webp", saved(scene(), "WEBP", save_all=True))
    yield Case("turned.webp", saved(scene(), "WEBP", exif=_exif(6)))
    yield Case("xmp.webp", saved(scene(), "WEBP", xmp=XMP))
    odd = b"RIFF" + (len(lossless) - 8 + 9).to_bytes(4, "little") + lossless[8:] + b"JUNK\x01\x00\x00\x00x"
    yield Case("last chunk without padding.webp", odd)


def _gifs() -> Iterator[Case]:
    plain = saved(scene(), "GIF")
    yield Case("plain.gif", plain, is_encoded=True)
    yield Case("no end mark.gif", plain[:-1])
    yield Case("zeros before the end mark.gif", plain[:-1] + bytes(3) + b"\x3b")
    yield Case("comment.gif", saved(scene(), "GIF", comment=b"by hand"))
    yield Case("interlaced.gif", saved(scene(), "GIF", interlace=1))
    yield Case("transparent.gif", saved(scene().quantize(16), "GIF", transparency=2))
    frames = moving()
    for name, options in {
        "moving": {"duration": 80},
        "at once": {"duration": 0},
        "plays once": {"duration": 50},
    }.items():
        loop = {} if name == "plays once" else {"loop": 0}
        content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], **options, **loop)
        yield Case(f"{name}.gif", content, is_encoded=name == "moving")
    yield Case("old.gif", b"GIF87a" + plain[6:])


def _heifs() -> Iterator[Case]:
    for extension, kind in (("avif", "AVIF"), ("heic", "HEIF")):
        yield Case(f"plain.{extension}", saved(scene(), kind, quality=90), is_encoded=True)
        yield Case(f"xmp.{extension}", saved(scene(), kind, xmp=XMP))
        yield Case(f"exif.{extension}", saved(scene(), kind, exif=_exif(1)))
        yield Case(f"exif and xmp.{extension}", saved(scene(), kind, exif=_exif(1), xmp=XMP))
        yield Case(f"alpha.{extension}", saved(_see_through(), kind))
        yield Case(f"grey.{extension}", saved(scene().convert("L"), kind))
    yield Case("alpha without its size.avif", _alpha_without_size(saved(_see_through(), "AVIF")))
    yield Case("subsampled 4-4-4.avif", saved(scene(), "AVIF", subsampling="4:4:4"))
    frames = moving()
    yield Case(
        "moving.avif",
        saved(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=80),
        is_encoded=True,
    )
    wide = np.asarray(scene(), dtype=np.uint16) * 257
    ten = pillow_heif.from_bytes("RGB;16", SIZE, wide.tobytes())
    target = io.BytesIO()
    ten.save(target, quality=90)
    yield Case("ten bits.heic", target.getvalue(), is_encoded=True)
    several = pillow_heif.from_pillow(scene())
    several.add_from_pillow(scene((48, 32)))
    target = io.BytesIO()
    several.save(target)
    yield Case("two pictures.heic", target.getvalue())


def _alpha_without_size(content: bytes) -> bytes:
    """As older encoders wrote it: the second picture, the alpha plane, has no property that states its size."""
    changed = bytearray(content)
    at = content.index(b"ipma") + 12
    at += 3 + content[at + 2]  # past the properties of the first
    changed[at + 3] = content[at + 4]  # its size gives way to a property that it has already
    return bytes(changed)


def _others() -> Iterator[Case]:
    for name, compression in (
        ("raw", "raw"),
        ("lzw", "tiff_lzw"),
        ("deflate", "tiff_adobe_deflate"),
        ("packbits", "packbits"),
        ("jpeg", "jpeg"),
    ):
        yield Case(f"{name}.tif", saved(scene(), "TIFF", compression=compression), is_encoded=name == "lzw")
    yield Case("fax.tif", saved(scene().convert("1"), "TIFF", compression="group4"))
    for mode in ("L", "CMYK", "LAB", "RGBA"):
        yield Case(f"{mode.lower()}.tif", saved(scene().convert(mode) if mode != "LAB" else _lab(), "TIFF"))
    yield Case(
        "grey of sixteen bits.tif",
        saved(Image.fromarray(np.asarray(scene().convert("L"), dtype=np.uint16) * 257), "TIFF"),
    )
    yield Case("two pages.tif", saved(scene(), "TIFF", save_all=True, append_images=[scene()]))
    for mode in ("RGB", "L", "1", "P"):
        image = scene().quantize(16) if mode == "P" else scene().convert(mode)
        yield Case(f"{mode.lower()}.bmp", saved(image, "BMP"), is_encoded=mode == "RGB")
    for pixels in ("rgb24", "gray", "rgb48le", "rgba"):
        content = file_of(
            ".jxl",
            "-f",
            "lavfi",
            "-i",
            "gradients=s=96x64:r=1:d=1:seed=1",
            "-frames:v",
            "1",
            "-pix_fmt",
            pixels,
        )
        yield Case(f"{pixels}.jxl", content, is_encoded=pixels == "rgb24")


def _lab() -> Image.Image:
    turned = ImageCms.profileToProfile(
        scene(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    return turned or scene()

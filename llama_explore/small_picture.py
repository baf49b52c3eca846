"""A figure as a small picture: a notebook with several of them stays under 200 kB."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100
MOST_COLOURS = 256


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture that a notebook shows, and what it is a picture of.

    Attributes:
        title: In a few words; what is printed where no picture can be shown.
        png: The file.
    """

    title: str
    png: bytes = field(repr=False)

    def __repr__(self) -> str:
        return f"[picture: {self.title}]"

    def _repr_png_(self) -> bytes:
        return self.png


def take_picture(figure: Figure, title: str) -> Picture:
    """Return a figure as a `Picture`.

    Args:
        figure: A figure that nobody has shown.
        title: What it shows, in a few words.
    """
    return Picture(title, make_png(figure))


def make_png(figure: Figure, *, dpi: int = DPI, most_colours: int = MOST_COLOURS) -> bytes:
    """Return a figure as a PNG with a palette, a third as large as matplotlib's own.

    Example: the picture of 17 languages takes 16 kB instead of 52.

    Args:
        figure: A figure that nobody has shown.
        dpi: Dots an inch.
        most_colours: At most 256; with fewer, shades that are alike become one.
    """
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    red, green, blue, _ = np.moveaxis(np.asarray(canvas.buffer_rgba()).astype(np.uint32), -1, 0)
    for lost_bits in range(8):  # shades that nobody can tell apart share an entry
        mask = 0xFF & ~((1 << lost_bits) - 1)
        codes = (red & mask) << 16 | (green & mask) << 8 | (blue & mask)
        colours, places = np.unique(codes, return_inverse=True)
        if len(colours) <= most_colours:
            break
    # Masking took white's lowest bits; put them back to the brightest shade.
    palette = b"".join(
        bytes(255 if part == mask else part for part in colour.to_bytes(3, "big"))
        for colour in colours.tolist()
    )
    rows = places.reshape(codes.shape).astype(np.uint8)
    height, width = rows.shape
    lines = b"".join(b"\0" + row.tobytes() for row in rows)  # 0: the line is stored as it is
    header = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", palette),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    length, checksum = len(content), zlib.crc32(kind + content)
    return struct.pack(">I", length) + kind + content + struct.pack(">I", checksum)

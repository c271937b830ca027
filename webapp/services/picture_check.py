"""What somebody sent as a picture, made into one of ours: decoded, turned upright, made smaller, written anew.

Nothing of what came in is kept: no metadata (a phone writes the place into it), no second file hidden in the first,
no bytes after its end. What a file is called and what it says of itself is never asked.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # loaded with the first picture: most visits send none, and it takes 5 MB
    from PIL import Image

Kind = Literal["drawing", "photo"]
TAKEN = ("JPEG", "PNG", "WEBP")
"""The only decoders that are tried. Pillow can't read HEIC; phones send a JPEG where a page asks for a picture."""
BYTES_AT_MOST = 8 * 1024 * 1024
PIXELS_AT_MOST = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 20_000_000, "WEBP": 20_000_000}
"""By the decoder: JPEG is made smaller while it is decoded, the others stand whole in memory (4 bytes a pixel)."""
SIDE, SMALL_SIDE = 1600, 360
"""Pixels of the longer side, of what is kept and of what pages show."""
_one_at_a_time = threading.Lock()
"""Decoding takes memory: many at once must not take all of it (eight threads, 80 MB each)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of our own making."""

    kind: Kind
    media_type: str
    content: bytes
    small: bytes


class NotTaken(Exception):
    """It can't be taken as it is. `args[0]` is a code: too_big or not_picture."""


def read(kind: Kind, raw: bytes) -> Picture:
    """The picture in these bytes. Raises NotTaken."""
    if len(raw) > BYTES_AT_MOST:
        raise NotTaken("too_big")
    from PIL import Image

    try:
        with _one_at_a_time:
            return _made(kind, raw)
    except (NotTaken, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotTaken("too_big" if not isinstance(error, NotTaken) else error.args[0]) from None
    except (
        Exception
    ):  # decoders raise whatever their broken input leads them to: OSError, struct.error, SyntaxError...
        raise NotTaken("not_picture") from None


def _made(kind: Kind, raw: bytes) -> Picture:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(raw), formats=TAKEN) as came:
        if came.width * came.height > PIXELS_AT_MOST[str(came.format)]:
            raise NotTaken("too_big")
        came.draft("RGB", (SIDE, SIDE))
        came.load()  # of one that moves, its first picture
        came.thumbnail((SIDE, SIDE))
        whole = _on_white(ImageOps.exif_transpose(came))
    small = whole.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    form = "PNG" if kind == "drawing" else "JPEG"
    return Picture(kind, Image.MIME[form], _written(whole, form), _written(small, "JPEG"))


def _on_white(came: Image.Image) -> Image.Image:
    """The colours alone, on white paper, in an image that has never known anything else of what came."""
    from PIL import Image

    seen = came.convert("RGBA") if came.has_transparency_data else came.convert("RGB")
    paper = Image.new("RGB", came.size, "white")
    paper.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    return paper


def _written(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, quality=82, optimize=True)
    return out.getvalue()

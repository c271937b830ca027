"""What comes in as a picture leaves as one of ours, or not at all."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest
from PIL import Image

from tests.fixtures import images
from webapp.services import picture_check
from webapp.services.picture_check import BYTES_AT_MOST, SIDE, SMALL_SIDE, NotTaken

NOT_TAKEN, TOO_BIG = images.not_taken(), images.too_big()


def looked_at(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def corner(content: bytes) -> tuple[str, ...]:
    """Where the red corner is now."""
    seen = looked_at(content).convert("RGB")
    w, h = seen.size
    spots = {
        "upper left": (3, 3),
        "upper right": (w - 4, 3),
        "lower left": (3, h - 4),
        "lower right": (w - 4, h - 4),
    }
    reds = {name: seen.getpixel(spot) for name, spot in spots.items()}
    return tuple(name for name, (r, g, b) in reds.items() if r > 200 and g < 60 and b < 60)  # type: ignore[misc]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_each_kind_becomes_a_jpeg(form: str) -> None:
    made = picture_check.read("photo", images.saved(images.image(), form))
    assert (made.kind, made.media_type, looked_at(made.content).format) == ("photo", "image/jpeg", "JPEG")
    assert looked_at(made.content).size == (320, 240)
    assert corner(made.content) == ("upper left",)


def test_a_drawing_stays_a_png() -> None:
    made = picture_check.read("drawing", images.png())
    assert (made.media_type, looked_at(made.content).format, looked_at(made.small).format) == (
        "image/png",
        "PNG",
        "JPEG",
    )


def test_a_photo_that_lies_on_its_side_is_turned_upright() -> None:
    made = picture_check.read("photo", images.from_a_phone())
    assert looked_at(made.content).size == (240, 320)
    assert corner(made.content) == corner(made.small) == ("upper right",)


def test_nothing_of_where_when_and_with_what_it_was_taken_is_left() -> None:
    raw = images.from_a_phone()
    assert images.PLACE in raw
    made = picture_check.read("photo", raw)
    for content in (made.content, made.small):
        assert not looked_at(content).getexif()
        assert b"anary" not in content
        assert b"Exif" not in content
        assert images.PLACE not in content


def test_words_and_profiles_in_a_png_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "canary")
    raw = images.saved(images.image(), "PNG", pnginfo=info, icc_profile=b"canary profile")
    content = picture_check.read("drawing", raw).content
    assert b"canary" in raw
    assert b"canary" not in content
    assert set(looked_at(content).info) == set()


@pytest.mark.parametrize("after", [images.HTML, b"PK\x03\x04 canary", images.PDF])
def test_a_second_file_behind_a_picture_is_not_kept(after: bytes) -> None:
    made = picture_check.read("photo", images.jpeg() + after)
    assert after not in made.content


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_a_picture_that_moves_the_first_one_is_kept(form: str) -> None:
    made = picture_check.read("photo", images.moving(form))
    assert getattr(looked_at(made.content), "n_frames", 1) == 1
    assert corner(made.content) == ("upper left",)


def test_a_big_photo_is_made_smaller() -> None:
    made = picture_check.read("photo", images.jpeg((4000, 3000)))
    assert max(looked_at(made.content).size) == SIDE
    assert max(looked_at(made.small).size) == SMALL_SIDE
    assert len(made.small) < 20_000


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK", "YCbCr"])
def test_a_picture_in_other_colours_is_taken(mode: str) -> None:
    form = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    made = picture_check.read("photo", images.saved(images.image().convert(mode), form))
    assert looked_at(made.content).mode == "RGB"


def test_what_can_be_seen_through_stands_on_white() -> None:
    made = picture_check.read("drawing", images.saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"))
    assert looked_at(made.content).convert("RGB").getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_what_is_no_picture_is_refused(what: str) -> None:
    with pytest.raises(NotTaken, match="not_picture"):
        picture_check.read("photo", NOT_TAKEN[what])


@pytest.mark.parametrize("what", TOO_BIG)
def test_what_is_too_big_is_refused_before_it_is_unpacked(what: str) -> None:
    tracemalloc.start()
    started = time.monotonic()
    try:
        with pytest.raises(NotTaken, match="too_big"):
            picture_check.read("photo", TOO_BIG[what])
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < 2
    assert most < 4 * 1024 * 1024


def test_the_most_bytes_are_taken_and_one_more_is_not() -> None:
    start = images.jpeg()
    whole = start + bytes(BYTES_AT_MOST - len(start))
    assert picture_check.read("photo", whole).media_type == "image/jpeg"
    with pytest.raises(NotTaken):
        picture_check.read("photo", whole + b"\0")


def test_the_same_picture_twice_is_made_into_the_same_bytes() -> None:
    assert picture_check.read("photo", images.jpeg()) == picture_check.read("photo", images.jpeg())

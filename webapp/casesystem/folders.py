"""Files written whole or not at all, inside one folder and nowhere else (threats.md B10).

Every name is looked up from an open folder, and never through a link, so that nobody who can put a link into
the folder can lead us out of it. Folders are 0700 and files 0600: what lies in them is readable.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEVER_THROUGH_A_LINK = os.O_NOFOLLOW | os.O_CLOEXEC
LEFT_BEHIND = 3600
"""Seconds after which an unfinished file belongs to nobody any more."""


@contextlib.contextmanager
def folder(root: Path, *names: str) -> Iterator[int]:
    """An open folder below the root, made where it is missing. The root itself may be a link: an operator
    named it.
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(root, _OPEN_FOLDER)
    try:
        for name in names:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=opened)
            below = os.open(name, _OPEN_FOLDER | os.O_NOFOLLOW, dir_fd=opened)
            os.close(opened)
            opened = below
        yield opened
    finally:
        os.close(opened)


def write_whole(parts: int, target: int, name: str, content: bytes) -> None:
    """Write a file elsewhere, make it last, then rename it into its place. An older one of that name is
    replaced.
    """
    part = f"{secrets.token_hex(16)}.part"
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NEVER_THROUGH_A_LINK, 0o600, dir_fd=parts)
    try:
        with open(file, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.rename(part, name, src_dir_fd=parts, dst_dir_fd=target)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(part, dir_fd=parts)
        raise
    os.fsync(target)  # the name lasts only once its folder does


def read_small(opened: int, name: str, limit: int) -> bytes:
    """A plain file's content. Raises ValueError for anything else and for more than the limit, OSError for a
    link.
    """
    file = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _NEVER_THROUGH_A_LINK, dir_fd=opened)
    with open(file, "rb") as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise ValueError("not a file")
        content = source.read(limit + 1)
    if len(content) > limit:
        raise ValueError("too long")
    return content


def move(name: str, source: int, target: int, new_name: str) -> bool:
    """Rename something from one folder into another, links as links; False where it is gone already."""
    try:
        os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
    except FileNotFoundError:
        return False
    os.fsync(target)
    return True


def names(opened: int) -> list[str]:
    """What lies in an open folder, sorted."""
    return sorted(os.listdir(opened))  # pathlib can't list a folder by its descriptor


def sweep(parts: int) -> None:
    """Remove what writers that were killed left unfinished."""
    for name in names(parts):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - os.stat(name, dir_fd=parts, follow_symlinks=False).st_mtime > LEFT_BEHIND:
                os.unlink(name, dir_fd=parts)

"""The project's own files: what a commit has or would have."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from config import ROOT

NOT_OURS = frozenset([".git", ".venv", "instance", "node_modules", "__pycache__"])


@cache
def files(*endings: str) -> tuple[Path, ...]:
    """Every file, or every one whose name ends so; ignored files are left out."""
    return tuple(path for path in _all() if not endings or path.name.endswith(endings))


@cache
def _all() -> tuple[Path, ...]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        found = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:  # unpacked from an archive
        found = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def name(path: Path) -> str:
    """The path as people say it, from the top of the project."""
    return path.relative_to(ROOT).as_posix()

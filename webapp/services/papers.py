"""A record on paper, for a case system that keeps documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.casesystem.port import TryAgain
from webapp.documents.booklet_pdf import NotMadeError
from webapp.documents.record_pdf import record_pdf


def of_record(record: Mapping[str, Any]) -> bytes:
    """The PDF of a record as JSON data. Takes about half a second. Raises TryAgain where it can't be made now."""
    try:
        return record_pdf(record)
    except NotMadeError:
        raise TryAgain("no_paper") from None

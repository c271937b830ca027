"""Keeping safe: pure rules that read free text for worries."""

from webapp.safety.lists import KINDS
from webapp.safety.reading import Found, mentions, read

__all__ = ["KINDS", "Found", "mentions", "read"]

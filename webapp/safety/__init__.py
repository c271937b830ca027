"""Keeping safe: pure rules that will read free text for worries. Until then each text waits as a `screening` row."""

"""Conversations as files, and the one runner that plays them on every channel."""

"""Talking in text, pure: what to ask on a phone, and what somebody meant by what they wrote."""

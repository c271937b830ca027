"""The flask commands, a file per subject."""

"""Backup and restore: the whole database as one file, and back, with what has to change on the way back."""

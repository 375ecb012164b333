"""Reads over rooms. Nothing here decides or writes: permissions.py decides, services/ writes."""

"""The JSON interface over people, and what all of it shares: tokens (access.py), refusals (problems.py)."""

"""Attacks of docs/attacks.md that no other folder tries, each with the honest case beside it."""

"""Automated checks on a message's text: plain data in, findings out. No Django, no network."""

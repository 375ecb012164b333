"""Wiring: settings, URLs, ASGI, Celery, and the servers that one command starts.

Imports nothing: the servers start before settings can be read (apps.py brings Celery in).
"""

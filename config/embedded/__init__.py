"""The servers that one command starts: PostgreSQL, Redis, Daphne, a Celery worker and beat.

Plain Python: nothing here imports Django, because all of this runs before settings can be read.
`manage.py up` (console, steps, supervision) and the test suite's own servers are the callers.
"""

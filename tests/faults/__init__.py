"""Faults made on purpose, while people talk: what docs/reliability.md promises, tried on the real stack.

site.py runs servers and programs of its own and breaks them; crowd.py talks and listens; checking.py compares
what everybody had with what is stored; rows.py keeps the figures. Each test is one row of the table: in a
short form in every run, with the whole load by `make faults`.
"""

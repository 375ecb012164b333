"""What gives a text scores per label. base.py is the interface; a folder each for the implementations.

Pure: no Django, no database. torch is imported by the worker's loader alone, never on import of this package.
"""

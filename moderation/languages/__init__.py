"""Which language a text is in, as far as one can be sure. detect.py is the interface.

Pure: no Django, no database. py3langid's model (some 50 MB) is read on first need, by the worker alone.
"""

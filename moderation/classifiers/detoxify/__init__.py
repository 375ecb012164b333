"""Detoxify: its bundled checkpoint, any other in its format, or a published one."""

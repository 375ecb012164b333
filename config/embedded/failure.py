"""The one exception that ends a start. Its text is the line that the operator reads."""


class StartError(Exception):
    """What is wrong and what to do about it, in one line; printed as it is, then exit 1."""

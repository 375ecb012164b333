"""Random tokens in pages: a short word that must not be there can stand in one of them by chance."""

import re

# CSRF tokens, nonces, public ids: longer than any word that a test looks for.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")


def without_tokens(source: str) -> str:
    """The page's source with every long run of letters and digits taken out."""
    return _TOKEN.sub("", source)

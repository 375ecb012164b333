"""The words of a text as search finds them: each as it stands, and its stem in the site's language.

"runs" finds "running" by its stem, a name or a number by itself. The stems have no places, so a phrase is
looked for in the words as they stand. Which language it is: migration 0011 and `manage.py search_language`.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, TextField

# As they stand, folded to lower case; no language's.
PLAIN = "simple"
# A configuration of our own in the database, so that the index does not change with the settings.
STEMS = "wardroom_stems"
# PostgreSQL's parser leaves out what looks like a tag, and all that follows "<script>".
_TEXT = "translate(%(expressions)s, '<>', '  ')"


class Words(Func):
    """Of one column: what the index "message_terms" holds."""

    template = f"(to_tsvector('{PLAIN}', {_TEXT}) || strip(to_tsvector('{STEMS}', {_TEXT})))"
    arity = 1
    output_field = SearchVectorField()


class PlainWords(Func):
    """Of one column, as they stand, with their places: for ranking."""

    template = f"to_tsvector('{PLAIN}', {_TEXT})"
    arity = 1
    output_field = SearchVectorField()


class Text(Func):
    """Of one column, the text as its words are read: for marking them."""

    template = _TEXT
    arity = 1
    output_field = TextField()


def without_tags(typed: str) -> str:
    """The same of what somebody looks for."""
    return typed.replace("<", " ").replace(">", " ")

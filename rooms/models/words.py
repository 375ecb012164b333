"""The words of a text as search finds them: each as it stands, and its stem in the site's language.

"runs" finds "running" by its stem, a name or a number by itself. The stems have no places, so a phrase is
looked for in the words as they stand. Which language it is: migration 0011 and `manage.py search_language`.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func

# As they stand, folded to lower case; no language's.
PLAIN = "simple"
# A configuration of our own in the database, so that the index does not change with the settings.
STEMS = "wardroom_stems"


class Words(Func):
    """Of one column: what the index "message_terms" holds."""

    template = f"(to_tsvector('{PLAIN}', %(expressions)s) || strip(to_tsvector('{STEMS}', %(expressions)s)))"
    arity = 1
    output_field = SearchVectorField()


class PlainWords(Func):
    """Of one column, as they stand, with their places: for ranking."""

    template = f"to_tsvector('{PLAIN}', %(expressions)s)"
    arity = 1
    output_field = SearchVectorField()

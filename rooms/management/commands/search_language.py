"""`manage.py search_language`: have search find other forms of words in the language of the settings.

After WARDROOM_LANGUAGE was changed. The index is built anew beside the running site; until it is ready, words
are found as they stand and some other forms are not. As the owner of the tables.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from rooms.selectors.stems import stemmer_in_use
from rooms.stemming import changed_to, dictionary_for


class Command(BaseCommand):
    """The whole of it."""

    help = "Have search find other forms of words in the language of WARDROOM_LANGUAGE."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Change the configuration and build the index again; nothing where it is right already."""
        wanted = dictionary_for(settings.LANGUAGE_CODE)
        if stemmer_in_use() == wanted:
            self.stdout.write(f"Search finds other forms by {wanted} already.")
            return
        with connection.cursor() as cursor:
            cursor.execute(changed_to(settings.LANGUAGE_CODE))
            cursor.execute("REINDEX INDEX CONCURRENTLY message_terms")
        self.stdout.write(f"Search finds other forms by {wanted} from now on.")

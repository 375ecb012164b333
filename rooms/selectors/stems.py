"""Which stemmer search has in the database: `manage.py search_language` changes it, the doctor compares."""

from django.db import connection

from rooms.stemming import NAME

_STEMMER = """
SELECT dictionary.dictname
FROM pg_ts_config_map map JOIN pg_ts_dict dictionary ON dictionary.oid = map.mapdict
WHERE map.mapcfg = %s::regconfig
  AND map.maptokentype = (SELECT tokid FROM ts_token_type('default') WHERE alias = 'asciiword')
"""


def stemmer_in_use() -> str:
    """The name of its dictionary: "english_stem", "simple"."""
    with connection.cursor() as cursor:
        cursor.execute(_STEMMER, [NAME])
        return str(cursor.fetchone()[0])

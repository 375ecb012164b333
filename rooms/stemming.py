"""In which language search finds other forms of a word: PostgreSQL's stemmers, as plain SQL.

Asked by the migration that makes the configuration, and by `manage.py search_language`, which changes it.
"""

NAME = "wardroom_stems"
# By the two letters of settings.LANGUAGE_CODE; for every other language words are found as they stand.
STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
}
_WORDS = "asciiword, word, asciihword, hword, hword_asciipart, hword_part"


def dictionary_for(language: str) -> str:
    """PostgreSQL's dictionary for a language code as settings have it: "en", "de-at"."""
    stemmer = STEMMERS.get(language.lower()[:2])
    return f"{stemmer}_stem" if stemmer else "simple"


def made_in(language: str) -> str:
    """The SQL that makes the configuration."""
    return f"CREATE TEXT SEARCH CONFIGURATION {NAME} (COPY = pg_catalog.simple);{changed_to(language)}"


def changed_to(language: str) -> str:
    """The SQL that changes it. Indexes do not follow by themselves."""
    return (
        f"ALTER TEXT SEARCH CONFIGURATION {NAME} ALTER MAPPING FOR {_WORDS} WITH {dictionary_for(language)};"
    )

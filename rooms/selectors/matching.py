"""Which messages hold what is looked for, as conditions of the database, and how well they fit.

Nothing here asks who may see them: search.py does.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    OrderBy,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Extract, Lower
from django.utils import timezone

from accounts.models import Person
from common.clock import now
from rooms.models import Message
from rooms.models.words import PLAIN, STEMS, PlainWords, Text, Words, without_tags
from rooms.permissions import Viewer
from rooms.searching import Search, finds_beginnings

# A message of this age has to fit twice as well as one of now, where the best comes first.
HALF_AS_GOOD_AFTER = dt.timedelta(days=90)
# Around words in a headline: signs that nobody types. Whoever sends them marks words of their own message.
MARK, END = "\x02", "\x03"
# PostgreSQL's: a rank divided by 1 + the logarithm of the text's length.
_BY_LENGTH = Value(1)


def matching(rows: QuerySet[Message], viewer: Viewer, wanted: Search) -> QuerySet[Message]:
    """Those of these messages that are what is looked for."""
    rows = rows.filter(_facts(viewer, wanted))
    if terms := _query(wanted):
        rows = rows.alias(terms=Words("body")).filter(terms=terms)
    return rows


def best_first(wanted: Search) -> OrderBy:
    """By how well a message fits: words as they were typed and near each other, short, recent."""
    typed = [_phrase(term) for term in (*wanted.phrases, *wanted.words)]
    plain = PlainWords("body")
    near = SearchRank(plain, reduce(and_, typed), normalization=_BY_LENGTH, cover_density=True)
    some = SearchRank(plain, reduce(or_, typed), normalization=_BY_LENGTH)
    # A little for each, so that among those found by stems alone age decides.
    return OrderBy((near + some + Value(0.01)) / _age(), descending=True)


def stems_marked(wanted: Search) -> Combinable:
    """The text with all words between MARK and END that are found by their stems; "" without words."""
    if not wanted.words:
        return Value("")
    return SearchHeadline(
        Text("body"),
        reduce(or_, map(_stems, wanted.words)),
        config=STEMS,
        start_sel=MARK,
        stop_sel=END,
        highlight_all=True,
    )


def _age() -> Combinable:
    """1 for what was said just now, 2 after HALF_AS_GOOD_AFTER."""
    since = ExpressionWrapper(Value(now(), DateTimeField()) - F("sent_at"), DurationField())
    seconds = Cast(Extract(since, "epoch"), FloatField())
    return Value(1.0) + seconds / Value(HALF_AS_GOOD_AFTER.total_seconds())


def _facts(viewer: Viewer, wanted: Search) -> Q:
    """What the operators ask for."""
    facts = Q()
    if wanted.authors:
        facts &= Q(author__in=_people(viewer, wanted.authors))
    if wanted.before:
        facts &= Q(sent_at__lt=_midnight(wanted.before))
    if wanted.after:
        facts &= Q(sent_at__gte=_midnight(wanted.after + dt.timedelta(days=1)))
    if wanted.has_link:
        facts &= Q(body_html__contains="<a href=")  # markdown.py escapes what people write
    return facts


def _people(viewer: Viewer, names: Sequence[str]) -> set[int]:
    lower = {name.lower() for name in names}
    named = Person.objects.alias(lower_name=Lower("name")).filter(lower_name__in=lower)
    # "me" is nobody's name: accounts/names.py.
    return {*named.values_list("pk", flat=True), *({viewer.person_id} if "me" in lower else ())}


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _query(wanted: Search) -> SearchQuery | None:
    terms: Iterable[SearchQuery] = [
        *(_word(word) | _stems(word) for word in wanted.words),
        *map(_phrase, wanted.phrases),
        *(~_word(word) for word in wanted.without_words),
        *(~_phrase(phrase) for phrase in wanted.without_phrases),
    ]
    return reduce(and_, terms) if terms else None


def _word(word: str) -> SearchQuery:
    """As one lexeme or several in a row, quoted: nothing in it is an operator of PostgreSQL's."""
    quoted = without_tags(word).replace("\\", "\\\\").replace("'", "''")
    ending = ":*" if finds_beginnings(word) else ""
    return SearchQuery(f"'{quoted}'{ending}", config=PLAIN, search_type="raw")


def _stems(word: str) -> SearchQuery:
    """Other forms of the word in the site's language; nothing for words that say nothing in it."""
    return SearchQuery(without_tags(word), config=STEMS, search_type="plain")


def _phrase(phrase: str) -> SearchQuery:
    return SearchQuery(without_tags(phrase), config=PLAIN, search_type="phrase")

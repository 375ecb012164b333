"""From rules as written to a RuleSet: immutable, versioned, ready to judge. Compiled when rules change.

`compile_rules` raises RuleError for the first rule that cannot be used, so that saving it can be refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from moderation.rules import conditions
from moderation.rules.conditions import Flood, Length, Links, Pattern, Repeat, RuleError, RuleKind, RuleSpec
from moderation.rules.near import NearFinder
from moderation.rules.signs import SignFinder
from moderation.rules.terms import Term, forms, parse
from moderation.rules.words import WordFinder


@dataclass(frozen=True)
class Scope:
    """The rules that hold in one scope (everywhere, or one room), each condition with its rule's number."""

    terms: tuple[Term, ...]
    lengths: tuple[tuple[int, Length], ...]
    floods: tuple[tuple[int, Flood], ...]
    repeats: tuple[tuple[int, Repeat], ...]
    patterns: tuple[tuple[int, Pattern], ...]
    links: tuple[tuple[int, Links], ...]

    @cached_property
    def words(self) -> WordFinder:
        """Finds its terms."""
        return WordFinder(form for term in self.terms if not term.of_signs for form in forms(term))

    @cached_property
    def signs(self) -> SignFinder:
        """Finds its terms that are emoji."""
        return SignFinder(term for term in self.terms if term.of_signs)

    @cached_property
    def near(self) -> NearFinder:
        """Finds near misses of its terms."""
        return NearFinder(self.terms)


@dataclass(frozen=True)
class RuleSet:
    """All rules of one version."""

    version: int
    specs: tuple[RuleSpec, ...]
    everywhere: Scope
    by_room: dict[int, Scope]

    def scopes(self, room_id: int) -> Iterator[Scope]:
        """What holds in a room."""
        yield self.everywhere
        if room := self.by_room.get(room_id):
            yield room


def compile_rules(specs: Sequence[RuleSpec], *, version: int) -> RuleSet:
    """Compile rules; RuleError names the first that cannot be used, and why."""
    numbered = list(enumerate(specs))
    rooms = {spec.room_id for spec in specs if spec.room_id is not None}
    by_room = {room: _scope([(i, spec) for i, spec in numbered if spec.room_id == room]) for room in rooms}
    everywhere = _scope([(i, spec) for i, spec in numbered if spec.room_id is None])
    for scope in (everywhere, *by_room.values()):
        _ = scope.words, scope.signs, scope.near  # built now, so that no message waits for it
    return RuleSet(version, tuple(specs), everywhere, by_room)


def check_rule(spec: RuleSpec) -> None:
    """RuleError when a rule cannot be used: for forms."""
    compile_rules([spec], version=0)


def _scope(numbered: Sequence[tuple[int, RuleSpec]]) -> Scope:
    def of(kind: RuleKind) -> Iterator[tuple[int, RuleSpec]]:
        return ((number, spec) for number, spec in numbered if spec.kind == kind)

    return Scope(
        terms=tuple(term for number, spec in of(RuleKind.WORD) for term in _terms(number, spec)),
        lengths=tuple((number, conditions.length(spec)) for number, spec in of(RuleKind.LENGTH)),
        floods=tuple((number, conditions.flood(spec)) for number, spec in of(RuleKind.FLOOD)),
        repeats=tuple((number, conditions.repeat(spec)) for number, spec in of(RuleKind.REPEAT)),
        patterns=tuple((number, conditions.pattern(spec)) for number, spec in of(RuleKind.PATTERN)),
        links=tuple((number, conditions.links(spec)) for number, spec in of(RuleKind.LINK)),
    )


def _terms(number: int, spec: RuleSpec) -> Iterator[Term]:
    listed = list(conditions.lines_of(spec.pattern))
    if not listed:
        raise RuleError(spec, spec.pattern, "write a word or a phrase")
    for word in listed:
        yield _term(spec, word, number, excuses=False)
    for word in spec.exceptions:
        yield _term(spec, word, number, excuses=True)


def _term(spec: RuleSpec, word: str, number: int, *, excuses: bool) -> Term:
    try:
        return parse(word, number, excuses=excuses)
    except ValueError as error:
        raise RuleError(spec, word, str(error)) from error

"""A gate that a test holds in its hand: it notes what it is shown, and says what the test wants."""

from collections.abc import Callable, Sequence

from rooms.seams import Draft, Finding, Outcome, Recorded, Verdict

ALLOW = Verdict(Outcome.ALLOW, (), rules_version=1)


def verdict(outcome: Outcome, span: tuple[int, int] | None = None) -> Verdict:
    """A verdict of one finding."""
    finding = Finding(source="rule", label="word", detail="a listed word", span=span)
    return Verdict(outcome, (finding,), rules_version=1)


class HandHeldGate:
    """Implements rooms.seams.Gate."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.stored: list[Recorded] = []
        self.on_prepare: Callable[[], None] = lambda: None
        self.on_screen: Callable[[Draft], Verdict] = lambda _: ALLOW
        self.on_recorded: Callable[[Sequence[Recorded]], None] = lambda _: None

    def prepare(self) -> None:
        """As the test says."""
        self.on_prepare()

    def screen(self, draft: Draft) -> Verdict:
        """As the test says; the draft is noted."""
        self.drafts.append(draft)
        return self.on_screen(draft)

    def recorded(self, messages: Sequence[Recorded]) -> None:
        """Noted."""
        self.stored.extend(messages)
        self.on_recorded(messages)

    def screen_label(self, text: str) -> Verdict:
        """As for a draft that holds the text alone."""
        return verdict(Outcome.BLOCK) if "forbidden" in text else ALLOW

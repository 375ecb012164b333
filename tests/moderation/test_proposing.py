"""From decided texts to other figures: what bears a move out, what does not, and what is never proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.decisions import DEFAULT_THRESHOLDS, Call, Levels
from moderation.proposing import LEAST, Move, Proposal, Sample, Share, effect_of, limits_of, propose
from moderation.truth import LABELS, Outcome

NOW = Levels(review=0.45, hide=0.88)


def texts(
    score: float, count: int, outcome: Outcome | None = None, *, was_hidden: bool = False
) -> list[Sample]:
    """So many texts of this insult score, on which a human decided this way, or nobody."""
    truth = {} if outcome is None else {"insult": int(outcome is Outcome.UPHELD)}
    return [Sample({"insult": score}, 1, truth, outcome, was_hidden) for _ in range(count)]


def proposed(*samples: list[Sample], now: Levels = NOW) -> Proposal:
    return propose("insult", now, [one for group in samples for one in group])


UPHELD, HARMLESS = Outcome.UPHELD, Outcome.HARMLESS


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (Share(0, 10), 0.0, 0.278),
        (Share(10, 10), 0.722, 1.0),
        (Share(5, 10), 0.237, 0.763),
        (Share(0, 0), 0, 1),
    ],
)
def test_an_interval_is_wilsons(share: Share, low: float, high: float) -> None:
    assert share.low == pytest.approx(low, abs=0.001)
    assert share.high == pytest.approx(high, abs=0.001)


def test_where_all_were_upheld_more_is_hidden() -> None:
    (step,) = proposed(texts(0.82, 40, UPHELD)).steps

    assert (step.move, step.before, step.after) == (Move.HIDE_MORE, 0.88, 0.82)
    assert step.share == Share(40, 40)


def test_a_figure_moves_no_further_than_the_texts_that_bear_it_out() -> None:
    found = proposed(texts(0.85, 60, UPHELD), texts(0.81, 10, HARMLESS))

    assert found.proposed.hide == 0.85


def test_too_few_decided_texts_move_nothing_and_it_says_so() -> None:
    found = proposed(texts(0.82, LEAST - 1, UPHELD))

    assert found.steps == ()
    assert found.proposed == NOW
    assert not found.enough


def test_enough_texts_that_disagree_move_nothing_either() -> None:
    found = proposed(texts(0.82, 40, UPHELD), texts(0.82, 10, HARMLESS))

    assert found.steps == ()
    assert found.enough


def test_where_hides_were_overturned_less_is_hidden() -> None:
    found = proposed(
        texts(0.89, 10, HARMLESS, was_hidden=True),
        texts(0.89, 30, was_hidden=True),
        texts(0.95, 50, was_hidden=True),
    )

    (step,) = found.steps
    assert (step.move, step.share) == (Move.HIDE_LESS, Share(10, 40))
    assert 0.89 < step.after <= 0.91


def test_a_hide_to_which_nobody_objected_counts_as_right() -> None:
    assert proposed(texts(0.89, 5, HARMLESS, was_hidden=True), texts(0.89, 200, was_hidden=True)).steps == ()


def test_what_only_reports_led_to_is_looked_at_from_then_on() -> None:
    (step,) = proposed(texts(0.40, 12, UPHELD), texts(0.40, 60)).steps

    assert (step.move, step.after, step.share) == (Move.REVIEW_MORE, 0.4, Share(12, 72))


def test_what_was_always_harmless_is_looked_at_no_more() -> None:
    (step,) = proposed(texts(0.48, 100, HARMLESS)).steps

    assert step.move is Move.REVIEW_LESS
    assert 0.48 < step.after <= 0.485


def test_a_label_that_was_measured_on_few_examples_neither_hides_nor_is_eased() -> None:
    now = DEFAULT_THRESHOLDS["threat"]
    harmless = [Sample({"threat": 0.2}, 1, {"threat": 0}, HARMLESS) for _ in range(300)]
    upheld = [Sample({"threat": 0.95}, 1, {"threat": 1}, UPHELD) for _ in range(300)]

    assert propose("threat", now, [*harmless, *upheld]).steps == ()
    assert limits_of("threat").hide is None


def test_easing_again_and_again_ends_at_the_limit() -> None:
    now = NOW
    for _ in range(20):
        at = now.review or 0
        now = proposed(texts(at, 200, HARMLESS), now=now).proposed

    assert now.review is not None
    assert now.review <= limits_of("insult").review[1]


scores = st.floats(0, 1)
samples = st.builds(
    lambda score, outcome, hidden, times: texts(score, times, outcome, was_hidden=hidden),
    scores,
    st.sampled_from([None, UPHELD, HARMLESS]),
    st.booleans(),
    st.integers(1, 80),
)


@given(st.lists(samples, max_size=8))
def test_whatever_was_decided_the_figures_stay_within_their_limits(
    groups: list[list[Sample]],
) -> None:
    found, limits = proposed(*groups).proposed, limits_of("insult")

    assert found.review is not None
    assert found.hide is not None
    assert limits.hide is not None
    assert found.review <= found.hide
    assert limits.review[0] <= found.review <= limits.review[1]
    assert limits.hide[0] <= found.hide <= limits.hide[1]
    assert abs(found.hide - 0.88) <= 0.1001
    assert abs(found.review - 0.45) <= 0.1001


def test_every_label_has_limits_around_the_figures_that_come_with_wardroom() -> None:
    for label in LABELS:
        usual, limits = DEFAULT_THRESHOLDS[label], limits_of(label)
        assert usual.review is not None
        assert limits.review[0] <= usual.review <= limits.review[1]
        assert (limits.hide is None) == (usual.hide is None)
        if usual.hide is not None and limits.hide is not None:
            assert limits.hide[0] <= usual.hide <= limits.hide[1] < 1


def test_the_effect_is_counted_on_decided_texts_alone() -> None:
    eased = {"insult": Levels(review=0.5, hide=0.9)}
    decided = [
        *texts(0.89, 3, HARMLESS),
        *texts(0.95, 2, HARMLESS),
        *texts(0.47, 4, UPHELD),
        *texts(0.6, 6, UPHELD),
        *texts(0.89, 7),
    ]

    effect = effect_of(decided, {1: {"insult": NOW}}, {1: eased})

    assert effect.avoided == Share(3, 5)
    assert effect.missed == Share(4, 10)
    assert effect.changed == {(Call.HIDE, Call.REVIEW): 3, (Call.REVIEW, Call.NONE): 4}

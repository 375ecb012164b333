"""Changing policies, rules and thresholds: by whom, only tighter in a room, versioned and on record."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import AgeBand, AuditEntry, Person
from common.errors import Code, Refused
from moderation.models import Policy, PolicyVersion, ReportReason, Rule, Threshold, ThresholdChange
from moderation.selectors import policy_version
from moderation.selectors.policies import standard_in_force
from moderation.services.policies import (
    delete_threshold,
    save_policy,
    save_rule,
    save_threshold,
    undo_threshold_change,
)
from tests.cast import Cast


def test_there_is_a_policy_for_every_reason_to_report(db: None) -> None:
    keys = set(Policy.objects.values_list("key", flat=True))

    assert {reason.value for reason in ReportReason} | {"automated"} <= keys


def test_a_change_makes_a_new_version_and_is_on_record(cast: Cast) -> None:
    before = policy_version()

    rule = save_rule(rule=Rule(kind="word", pattern="gadzooks", outcome="hold"), by=cast.ada)

    assert policy_version() == before + 1
    assert PolicyVersion.objects.first().changed_by == cast.ada  # type: ignore[union-attr]
    entry = AuditEntry.objects.get(action="rule.add")
    assert (entry.actor_id, entry.subject_id) == (cast.ada.pk, str(rule.pk))
    assert entry.facts["pattern"] == "gadzooks"


@pytest.mark.parametrize("name", ["mara", "nora", "sam"])
def test_only_administrators_change_what_holds_everywhere(cast: Cast, name: str) -> None:
    person: Person = getattr(cast, name)
    policy = Policy.objects.get(key="hate")
    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        save_rule(rule=Rule(kind="word", pattern="gadzooks", outcome="hold"), by=person)
    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        save_threshold(threshold=Threshold(label="insult", hide=0.5), by=person)
    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        save_policy(policy=policy, by=person)


def test_a_rooms_owner_makes_it_stricter_there(cast: Cast) -> None:
    save_rule(rule=Rule(kind="word", pattern="gadzooks", outcome="hold", room=cast.lounge), by=cast.mara)
    save_threshold(threshold=Threshold(label="insult", hide=0.5, room=cast.lounge), by=cast.mara)

    standard = standard_in_force()
    assert standard.for_room(cast.lounge)["insult"].hide == 0.5
    assert standard.for_room(cast.harbour)["insult"].hide != 0.5


def test_a_rooms_owner_changes_nothing_of_another_room_or_the_site(cast: Cast) -> None:
    sites = save_rule(rule=Rule(kind="word", pattern="gadzooks", outcome="hold"), by=cast.ada)
    sites.room = cast.lounge
    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        save_rule(rule=sites, by=cast.mara)
    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        save_rule(rule=Rule(kind="word", pattern="zounds", outcome="hold", room=cast.lounge), by=cast.rex)


@pytest.mark.parametrize("scope", ["room", "age_band"])
def test_a_room_or_a_band_only_gets_stricter_than_the_site(cast: Cast, scope: str) -> None:
    where = {"room": cast.lounge, "age_band": AgeBand.objects.first()}[scope]

    with pytest.raises(Refused, match=Code.ONLY_TIGHTER):
        save_threshold(threshold=Threshold(label="insult", hide=0.99, **{scope: where}), by=cast.ada)


def test_the_site_itself_is_the_administrators_to_set(cast: Cast) -> None:
    save_threshold(threshold=Threshold(label="insult", hide=0.99), by=cast.ada)

    assert standard_in_force().for_room(cast.lounge)["insult"].hide == 0.99


def test_children_keep_their_thresholds_whatever_the_site_is_set_to(cast: Cast) -> None:
    save_threshold(threshold=Threshold(label="insult", hide=0.99), by=cast.ada)

    hide = standard_in_force().for_room(cast.harbour)["insult"].hide
    assert hide is not None
    assert hide < 0.9


def test_a_figure_that_is_no_probability_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match=Code.MALFORMED_RULE):
        save_threshold(threshold=Threshold(label="insult", hide=7), by=cast.ada)


def test_taking_a_threshold_away_brings_back_what_held_before(cast: Cast) -> None:
    before = standard_in_force().for_room(cast.lounge)
    threshold = save_threshold(threshold=Threshold(label="insult", hide=0.5), by=cast.ada)

    delete_threshold(threshold=threshold, by=cast.ada)

    assert standard_in_force().for_room(cast.lounge) == before


def test_two_changes_at_once_get_two_versions(committed_cast: Cast) -> None:
    cast = committed_cast
    before = policy_version()

    def add(word: str) -> None:
        try:
            save_rule(rule=Rule(kind="word", pattern=word, outcome="hold"), by=cast.ada)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, ["gadzooks", "zounds", "egad", "forsooth"]))

    assert policy_version() == before + 4
    assert Rule.objects.count() == 4


def test_a_change_of_the_band_is_in_the_history_and_can_be_undone(cast: Cast) -> None:
    save_threshold(threshold=Threshold(label="insult", band_from=0.1, band_to=0.9), by=cast.ada)
    change = ThresholdChange.objects.get()
    assert (change.after["band_from"], change.after["band_to"]) == (0.1, 0.9)

    undo_threshold_change(change=change, by=cast.ada)

    assert not Threshold.objects.exists()

"""Policies to read for everybody; rules and thresholds for administrators, tried and previewed first."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AgeBand
from common.clock import now
from moderation.decisions import DEFAULT_THRESHOLDS
from moderation.models import (
    Assessment,
    AssessmentState,
    Policy,
    Rule,
    SecondChoice,
    SecondOpinion,
    Threshold,
)
from moderation.selectors.policies import policy_version
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.pages import HTMX, signed_in, text_of

OF_ADMINISTRATORS = ["rules", "add_rule", "thresholds", "add_policy"]


@pytest.fixture
def ada(cast: Cast) -> Client:
    return signed_in(cast.ada)


def judged(cast: Cast, **scores: float) -> Assessment:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex)
    return Assessment.objects.create(
        message=message, text_version=1, state=AssessmentState.DONE, judged_at=now(), scores=scores
    )


# --- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OF_ADMINISTRATORS)
def test_only_administrators_find_the_pages_that_change_something(cast: Cast, name: str) -> None:
    address = reverse(f"moderation:{name}")

    assert signed_in(cast.ada).get(address).status_code == 200
    assert signed_in(cast.nora).get(address).status_code == 404
    assert signed_in(cast.mara).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_members_read_the_policies_without_a_way_to_change_them(cast: Cast) -> None:
    page = text_of(signed_in(cast.mara).get(reverse("moderation:policies")))

    assert "Do not insult, humiliate or pester people." in page
    assert reverse("moderation:change_policy", args=["harassment"]) not in page


def test_a_policy_no_longer_in_force_is_shown_to_administrators_alone(cast: Cast, ada: Client) -> None:
    Policy.objects.filter(key="threat").update(is_active=False)
    policies = reverse("moderation:policies")

    assert "Do not threaten anybody" not in text_of(signed_in(cast.mara).get(policies))
    assert "Do not threaten anybody" in text_of(ada.get(policies))


# --- policies ----------------------------------------------------------------------------------


def test_a_policy_is_changed_as_a_new_version(ada: Client, cast: Cast) -> None:
    before = policy_version()

    ada.post(
        reverse("moderation:change_policy", args=["other"]),
        {"title": "Be useful", "text": "Keep it so.", "is_active": "on"},
    )

    assert Policy.objects.get(key="other").title == "Be useful"
    assert policy_version() == before + 1


def test_a_new_policy_gets_a_key_from_its_title(ada: Client, cast: Cast) -> None:
    ada.post(
        reverse("moderation:add_policy"),
        {"title": "No trading", "text": "Nothing is for sale.", "is_active": "on"},
    )

    assert Policy.objects.get(key="no-trading").text == "Nothing is for sale."


# --- rules -------------------------------------------------------------------------------------

RULE = {
    "kind": "word",
    "pattern": "barnacle",
    "outcome": "hold",
    "severity": "2",
    "audience": "everyone",
    "is_enabled": "on",
}


def test_a_rule_is_written_tried_and_removed(ada: Client, cast: Cast) -> None:
    ada.post(reverse("moderation:add_rule"), RULE)
    tried = text_of(ada.post(reverse("moderation:try_rules"), {"text": "you B a r n a c l e"}, headers=HTMX))
    rule = Rule.objects.get()
    ada.post(reverse("moderation:remove_rule", args=[rule.pk]))

    assert "It is held" in tried
    assert "<mark>B a r n a c l e</mark>" in tried
    assert not Rule.objects.exists()


def test_a_text_on_which_nothing_fires_passes(ada: Client, cast: Cast) -> None:
    page = text_of(ada.post(reverse("moderation:try_rules"), {"text": "good morning"}))

    assert "It passes" in page
    assert "good morning" in page


def test_what_is_wrong_with_a_rule_is_said_in_the_form(ada: Client, cast: Cast) -> None:
    page = text_of(ada.post(reverse("moderation:add_rule"), {**RULE, "kind": "pattern", "pattern": "(a"}))

    assert 'aria-invalid="true"' in page
    assert 'value="(a"' in page
    assert not Rule.objects.exists()


# --- thresholds --------------------------------------------------------------------------------


def figures(label: str, **values: str) -> dict[str, str]:
    return {"label": label} | {f"{label}-{name}": value for name, value in values.items()}


def test_the_page_has_a_card_for_each_label_with_what_holds_now(ada: Client, cast: Cast) -> None:
    page = text_of(ada.get(reverse("moderation:thresholds")))

    assert page.count("<score-slider") == 21
    assert f'placeholder="{DEFAULT_THRESHOLDS["toxicity"].hide:g}"' in page


def test_a_change_is_previewed_on_the_last_seven_days_before_it_is_made(ada: Client, cast: Cast) -> None:
    for score in (0.3, 0.55, 0.65):
        judged(cast, insult=score)

    part = text_of(
        ada.post(
            reverse("moderation:preview_threshold"), figures("insult", review="0.5", hide="0.6"), headers=HTMX
        )
    )

    assert "Of 3 messages judged" in part
    assert "1 hidden instead of looked at by a moderator" in part
    assert not Threshold.objects.exists()


def test_a_previewed_change_can_be_made(ada: Client, cast: Cast) -> None:
    ada.post(reverse("moderation:thresholds"), figures("insult", review="0.5", hide="0.6"))

    row = Threshold.objects.get()
    assert (row.label, row.review, row.hide, row.escalate) == ("insult", 0.5, 0.6, None)


def test_an_empty_form_takes_the_figures_of_its_own_away(ada: Client, cast: Cast) -> None:
    Threshold.objects.create(label="insult", hide=0.5)

    ada.post(reverse("moderation:thresholds"), figures("insult"))

    assert not Threshold.objects.exists()


def test_an_age_band_can_only_be_stricter(ada: Client, cast: Cast) -> None:
    band = AgeBand.objects.first()
    assert band
    address = f"{reverse('moderation:thresholds')}?scope=band-{band.pk}"

    looser = text_of(ada.post(address, figures("insult", hide="0.99")))
    ada.post(address, figures("insult", hide="0.7"))

    assert "form__errors" in looser
    assert Threshold.objects.get().age_band == band


def test_a_rooms_preview_counts_its_own_messages_alone(ada: Client, cast: Cast) -> None:
    judged(cast, insult=0.55)
    address = f"{reverse('moderation:preview_threshold')}?scope=room-lounge"

    part = text_of(ada.post(address, figures("insult", review="0.5"), headers=HTMX))

    assert "Of 0 messages judged" in part


def test_figures_that_do_not_rise_are_refused_where_they_stand(ada: Client, cast: Cast) -> None:
    part = text_of(
        ada.post(
            reverse("moderation:preview_threshold"), figures("insult", review="0.9", hide="0.5"), headers=HTMX
        )
    )

    assert "Hide from a higher score than review" in part


@pytest.mark.parametrize("scope", ["band-0", "room-nowhere", "moon"])
def test_a_scope_that_does_not_exist_is_not_there(ada: Client, cast: Cast, scope: str) -> None:
    assert ada.get(reverse("moderation:thresholds"), {"scope": scope}).status_code == 404


# --- the band, where a second model is in use --------------------------------------------------


@pytest.fixture
def second(db: None) -> SecondChoice:
    """A second model is chosen; the pages load none."""
    return SecondChoice.objects.create(folder="/nowhere", name="larger", card_sha256="0" * 64, sample=0.02)


def test_without_a_second_model_the_page_has_no_word_of_it(ada: Client, cast: Cast) -> None:
    page = text_of(ada.get(reverse("moderation:thresholds")))

    assert "second model" not in page


def test_with_a_second_model_each_label_is_a_row_with_its_band(
    ada: Client, cast: Cast, second: SecondChoice
) -> None:
    page = " ".join(text_of(ada.get(reverse("moderation:thresholds"))).split())

    assert page.count("<score-slider") == 35
    assert page.count('<th scope="row"') == len(DEFAULT_THRESHOLDS)
    assert "0.3 to 0.955" in page
    assert "from 0.1" in page  # a threat never hides: its band has no end


def test_a_room_of_minors_shows_what_holds_there(ada: Client, cast: Cast, second: SecondChoice) -> None:
    page = text_of(ada.get(reverse("moderation:thresholds"), {"scope": "room-harbour"}))

    assert "0.22 to 0.94" in " ".join(page.split())


def test_a_band_is_set_and_taken_away(ada: Client, cast: Cast, second: SecondChoice) -> None:
    ada.post(reverse("moderation:thresholds"), figures("insult", band_from="0.1", band_to="0.95"))
    row = Threshold.objects.get()
    assert (row.band_from, row.band_to, row.hide) == (0.1, 0.95, None)

    ada.post(reverse("moderation:thresholds"), figures("insult"))
    assert not Threshold.objects.exists()


def test_a_band_that_ends_before_it_begins_is_refused(ada: Client, cast: Cast, second: SecondChoice) -> None:
    part = text_of(
        ada.post(
            reverse("moderation:preview_threshold"),
            figures("insult", band_from="0.9", band_to="0.5"),
            headers=HTMX,
        )
    )

    assert "begins below where it ends" in part


def test_a_rooms_band_can_only_be_wider_below_and_narrower_above(
    ada: Client, cast: Cast, second: SecondChoice
) -> None:
    address = f"{reverse('moderation:thresholds')}?scope=room-lounge"

    ada.post(address, figures("insult", band_from="0.4"))
    ada.post(address, figures("insult", band_to="0.99"))
    assert not Threshold.objects.exists()

    ada.post(address, figures("insult", band_from="0.1", band_to="0.8"))
    assert Threshold.objects.get().room == cast.lounge


def test_a_band_stays_while_no_second_model_is_chosen(ada: Client, cast: Cast) -> None:
    Threshold.objects.create(label="insult", band_from=0.1, review=0.3)

    ada.post(reverse("moderation:thresholds"), figures("insult"))

    row = Threshold.objects.get()
    assert (row.band_from, row.review) == (0.1, None)


def test_a_preview_goes_by_both_models_where_the_second_was_asked(
    ada: Client, cast: Cast, second: SecondChoice
) -> None:
    for of_second in (0.1, 0.65):
        SecondOpinion.objects.create(
            assessment=judged(cast, insult=0.55), asked="band", scores={"insult": of_second}
        )

    part = text_of(
        ada.post(
            reverse("moderation:preview_threshold"), figures("insult", review="0.5", hide="0.6"), headers=HTMX
        )
    )

    assert "1 hidden instead of looked at by a moderator" in part
    assert "none would have" not in part

"""`manage.py model second`: which model reads what the first is unsure of, and what it found."""

import argparse

from moderation.band import USUAL_SAMPLE
from moderation.classifiers import shelf
from moderation.management.model_verbs import Options, Write, say_rehearsal
from moderation.selectors.second import SecondReport, second_report
from moderation.selectors.serving import shelves
from moderation.services import choosing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A model, or `--none`, or `--report`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("model", nargs="?", help="a model's name (see list) or its folder")
    what.add_argument("--none", action="store_true", help="no second model from now on")
    what.add_argument("--report", action="store_true", help="what it read, and what the first had missed")
    parser.add_argument(
        "--sample",
        type=_share,
        default=USUAL_SAMPLE,
        help=f"which share of what the first is sure of it reads as well, 0 to 1 ({USUAL_SAMPLE})",
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what it would have changed")
    parser.add_argument("--days", type=float, default=7, help="of so many days, where it looks back (7)")


def second(options: Options, write: Write) -> None:
    """Choose a second model, or none, or say what it does."""
    if options["report"]:
        _say(second_report(options["days"]), write)
        return
    if options["none"]:
        choosing.use_second(folder=None, sample=0, by=None)
        write("There is no second model from now on.")
        return
    folder = shelf.find(options["model"], shelves())
    if options["dry_run"]:
        found = choosing.rehearse_second(choosing.fit_for_second(folder), days=options["days"])
        write(f"{found.read} of {found.judged} messages were in the band: it would have read them.")
        say_rehearsal(found, options["days"], write)
        return
    choice = choosing.use_second(folder=folder, sample=options["sample"], by=None)
    write(
        f"{choice.name} reads what the first model is unsure of, and {choice.sample:.1%} of the rest: "
        "workers load it beside the first, then ask it."
    )


def _say(found: SecondReport, write: Write) -> None:
    write(f"In the last {found.days:g} days:")
    missed = found.missed
    if missed.share is None:
        write("  Nothing was sampled that the first model let pass: what it misses is not known.")
    else:
        low, high = missed.between
        write(
            f"  {missed.passed} sampled messages that the first model let pass; the second would have had "
            f"{missed.reviewed} looked at and {missed.hidden} hidden: {missed.share:.2%} missed "
            f"(95 % interval {low:.2%} to {high:.2%})."
        )
    write(f"  {found.found} sampled in which the first found something; the second lets pass {found.milder}.")
    write(f"  {found.failed} sampled at which the second failed: the first's word counted.")
    write(f"  {found.in_band} in the band, by what each model's scores asked for:")
    for (before, after), count in sorted(found.calls.items()):
        write(f"    {before} → {after}: {count}")


def _share(given: str) -> float:
    share = float(given)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share is from 0 to 1")
    return share

"""The command line, without Django: `python -m moderation.classifiers.evaluate MODEL --data FILE…`."""

import argparse
import sys

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.evaluate.command import add_arguments, evaluate, summary


def main() -> int:
    """Measure and say the result."""
    parser = argparse.ArgumentParser(prog="python -m moderation.classifiers.evaluate", description=__doc__)
    add_arguments(parser)
    try:
        found = evaluate(parser.parse_args())
    except (ModelUnavailableError, OSError, KeyError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(summary(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

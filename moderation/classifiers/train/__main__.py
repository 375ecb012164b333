"""The command line: `python -m moderation.classifiers.train CONFIG --data FOLDER --out FOLDER`.

Started again with the same folder it goes on where it was left.
"""

import argparse
import sys
from pathlib import Path

import msgspec

from moderation.classifiers.train.config import Config, read_config


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m moderation.classifiers.train", description=__doc__)
    parser.add_argument("config", type=Path, help="what to train: a TOML file (bundled.toml is one)")
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder of train.csv.gz and valid.csv.gz"
    )
    parser.add_argument("--chat", type=Path, help="a log of harmless chat (.jsonl.gz with `text`)")
    parser.add_argument("--out", type=Path, required=True, help="the run's folder; the model is in model/")
    parser.add_argument("--threads", type=int, help="instead of the file's")
    parser.add_argument("--device", help="instead of the file's: cpu, cuda")
    return parser.parse_args()


def main() -> int:
    """Train, and say where the model is."""
    given = options()
    try:
        config = _config(given)
    except (OSError, msgspec.MsgspecError) as error:
        sys.stderr.write(f"{given.config}: {error}\n")
        return 2
    from moderation.classifiers.train.run import run  # noqa: PLC0415 (torch, once the file is known to be good)

    folder = run(config, data=given.data, chat_log=given.chat, out=given.out)
    sys.stdout.write(f"{folder}\n")
    return 0


def _config(given: argparse.Namespace) -> Config:
    config = read_config(given.config)
    changed = {name: getattr(given, name) for name in ("threads", "device") if getattr(given, name)}
    return msgspec.structs.replace(config, **changed)


if __name__ == "__main__":
    sys.exit(main())

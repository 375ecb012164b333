"""How a model reads a text before its tokenizer does, by the name that its card gives."""

from collections.abc import Callable

from moderation.classifiers.detoxify.folding import fold
from moderation.classifiers.detoxify.normaliser import normalise

READINGS: dict[str, Callable[[str], str]] = {"": str, "starter": normalise, "folded": fold}

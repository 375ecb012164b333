"""A model's folder behind the classifier interface, by ONNX Runtime. Imported late: loader.py."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort

from moderation.classifiers.base import ModelUnavailableError, Scores, checked
from moderation.classifiers.detoxify.card import TOKENIZER, Card, longest_of, read_card
from moderation.classifiers.detoxify.readings import READINGS
from moderation.classifiers.ngrams.table import LinearPart, linear_part
from moderation.classifiers.onnx.pieces import Pieces, batches

# What every form of a model takes and gives (export.py writes them so).
TOKENS, MASK, LOGITS = "tokens", "mask", "logits"
# What it would join into one operation that takes eight times as long as the two by themselves (1.31).
_SLOWER_FUSED = ["SkipLayerNormFusion"]
# Shapes that are met at once: the first text of a worker shall not wait for the library to get ready.
_WARMING = ("hello", "a line of some ten words, as people write in a chat", "many words " * 400)


class OnnxClassifier:
    """A model in ONNX Runtime. See base.Classifier."""

    languages: tuple[str, ...] = ()

    def __init__(
        self,
        session: ort.InferenceSession,
        pieces: Pieces,
        *,
        name: str,
        version: str,
        labels: tuple[str, ...],
        normalise: Callable[[str], str] = str,
        linear: LinearPart | None = None,
    ) -> None:
        self.name, self.version, self.labels = name, version, labels
        self._session, self._pieces, self._normalise, self._linear = session, pieces, normalise, linear

    def scores(self, texts: Sequence[str]) -> Scores:
        """See base.Classifier. The same text twice is read once."""
        normal = [self._normalise(text) for text in texts]
        places = {text: place for place, text in enumerate(dict.fromkeys(normal))}
        found = _sigmoid(self.logits(list(places)))
        return found[[places[text] for text in normal]]

    def logits(self, texts: Sequence[str]) -> Scores:
        """What the model makes of texts in its own reading, of shape (texts, labels).

        That is what the network makes of them; where it has a linear part, the mean of both. A text of more
        tokens than it takes is read in overlapping windows; for each label the highest counts.
        """
        result = np.full((len(texts), len(self.labels)), -np.inf, dtype=np.float32)
        for batch in batches(self._pieces.windows(texts)):
            tokens, mask = self._pieces.padded(batch)
            (rows,) = self._session.run([LOGITS], {TOKENS: tokens, MASK: mask})
            np.maximum.at(result, [place for place, _ in batch], rows)  # a NaN in any window stays one
        return self._linear.mixed(result, texts) if self._linear else result


def from_folder(folder: Path, *, form: str = "", threads: int = 1) -> OnnxClassifier:
    """The model of a folder, its files compared with its card, warmed. Raises ModelUnavailableError.

    `form`: "int8" or "fp32"; where empty, the one that its card says is served. `threads`: how many
    processor threads one call may take.
    """
    card = read_card(folder)
    file = _file_of(folder, card, form)
    try:
        network = session(folder / file, threads=threads)
        pieces = Pieces(folder / TOKENIZER, longest=longest_of(folder))
    except Exception as error:  # the libraries raise classes of their own, some of them bare Exceptions
        raise ModelUnavailableError(f"The model in {folder} cannot be loaded: {error}") from error
    classifier = OnnxClassifier(
        network,
        pieces,
        name=card.name,
        version=card.version_of(file, *card.beside),
        labels=tuple(card.labels),
        normalise=READINGS[card.normaliser],
        linear=linear_part(folder, card),
    )
    classifier.languages = tuple(card.languages)
    _warm(classifier)
    return classifier


def _file_of(folder: Path, card: Card, form: str) -> str:
    wanted = form or card.serves
    file = f"{wanted}.onnx"
    if not wanted or file not in {*card.files, *card.derived}:
        raise ModelUnavailableError(
            f"{folder} has no ONNX files. `manage.py model install {folder}` makes them; "
            "WARDROOM_CLASSIFIER=detoxify serves it by torch."
        )
    return file


def session(file: Path, *, threads: int) -> ort.InferenceSession:
    """A network, ready to run on so many processor threads."""
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # Each batch has a shape of its own: a plan for its memory is of no use to the next.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return ort.InferenceSession(
        str(file), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER_FUSED
    )


def _warm(classifier: OnnxClassifier) -> None:
    """Raise ModelUnavailableError unless it answers, and answers with scores."""
    try:
        checked(classifier, _WARMING)
    except Exception as error:
        raise ModelUnavailableError(f"{classifier.name} was loaded and does not answer: {error}") from error


def _sigmoid(logits: Scores) -> Scores:
    """By the hyperbolic tangent, which no logit overflows."""
    scores: Scores = np.float32(0.5) * (np.float32(1) + np.tanh(logits * np.float32(0.5)))
    return scores

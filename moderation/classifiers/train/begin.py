"""A run that begins from another model's folder: its weights, its pieces and the emoji of the texts."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

from moderation.classifiers.detoxify.card import CHECKPOINT, read_card
from moderation.classifiers.detoxify.folding import fold
from moderation.classifiers.train.tokenizer import emoji_of

_EMBEDDINGS = "bert.embeddings.word_embeddings.weight"


def widened_pieces(folder: Path, texts: list[str]) -> Tokenizer:
    """The folder's pieces, and after them a piece for every emoji of the folded texts."""
    read_card(folder)
    written = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    pieces = written["model"]["vocab"]
    for emoji in sorted(emoji_of(texts) - pieces.keys()):
        pieces[emoji] = len(pieces)
    return Tokenizer.from_str(json.dumps(written))


def continued(folder: Path, config: BertConfig, pieces: Tokenizer) -> BertForSequenceClassification:
    """A classifier with the folder's weights; what an added emoji means begins as what its name means.

    `config` must be of the folder's shape, and `pieces` be widened_pieces of it; else RuntimeError.
    """
    saved = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)["state_dict"]
    known = saved[_EMBEDDINGS]
    added = [_meaning(pieces, number, known) for number in range(len(known), pieces.get_vocab_size())]
    saved[_EMBEDDINGS] = torch.cat([known, *added])
    model = BertForSequenceClassification(config)
    model.load_state_dict(saved)
    return model


def blended(
    first: dict[str, torch.Tensor], last: dict[str, torch.Tensor], share: float
) -> dict[str, torch.Tensor]:
    """The mean of the weights before and after, `share` of it after: it forgets less of what was known."""
    return {
        name: torch.lerp(first[name], part, share) if part.is_floating_point() else part
        for name, part in last.items()
    }


def _meaning(pieces: Tokenizer, number: int, known: torch.Tensor) -> torch.Tensor:
    emoji = pieces.id_to_token(number) or ""
    name = [piece for piece in pieces.encode(fold(emoji), add_special_tokens=False).ids if piece < len(known)]
    return known[name].mean(0, keepdim=True) if name else known.mean(0, keepdim=True)

"""The pieces that a model reads: WordPiece learned from the folded texts, with every emoji that occurs."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

PAD, UNKNOWN, BEGIN, END, MASK = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_EMOJI_FROM = 0x2190
_SEEN_AT_LEAST = 2


def learn_pieces(texts: list[str], vocabulary: int) -> Tokenizer:
    """A WordPiece tokenizer of the texts, which were folded before."""
    made = Tokenizer(models.WordPiece(unk_token=UNKNOWN, max_input_chars_per_word=64))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    emoji = emoji_of(texts)
    made.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(emoji),
        limit_alphabet=1_000 + len(emoji),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    made.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}",
        pair=f"{BEGIN} $A {END} $B:1 {END}:1",
        special_tokens=[(name, made.token_to_id(name)) for name in (BEGIN, END)],
    )
    return made


def save_pieces(pieces: Tokenizer, folder: Path, positions: int) -> None:
    """Writes tokenizer.json and its configuration, as transformers and detoxify read them."""
    whole = Tokenizer.from_str(pieces.to_str())
    whole.no_padding()
    whole.no_truncation()
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=whole,
        pad_token=PAD,
        unk_token=UNKNOWN,
        cls_token=BEGIN,
        sep_token=END,
        mask_token=MASK,
        model_max_length=positions,
    ).save_pretrained(folder)


def emoji_of(texts: Iterable[str]) -> set[str]:
    """The emoji and signs that stand in more than one of the texts."""
    seen = Counter(character for text in texts if not text.isascii() for character in set(text))
    return {c for c, times in seen.items() if times >= _SEEN_AT_LEAST and ord(c) >= _EMOJI_FROM}

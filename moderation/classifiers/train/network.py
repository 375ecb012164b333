"""The BERT that is trained: its configuration, and its two heads (labels; masked pieces, for a start)."""

import torch
from torch.nn import functional
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification

from moderation.classifiers.train.config import Network

_OTHERS = 2_048  # pieces of chance, of which a masked piece is told apart


def bert_config(network: Network, labels: tuple[str, ...], vocabulary: int) -> BertConfig:
    """The configuration of a classifier of these labels."""
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=network.width,
        num_hidden_layers=network.layers,
        num_attention_heads=network.heads,
        intermediate_size=network.inner,
        max_position_embeddings=network.positions,
        hidden_dropout_prob=network.dropout,
        attention_probs_dropout_prob=0.0,
        classifier_dropout=network.pooled_dropout,
        problem_type="multi_label_classification",
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        pad_token_id=0,
    )


def new_classifier(config: BertConfig) -> BertForSequenceClassification:
    """A classifier with fresh weights."""
    return BertForSequenceClassification(config)


def for_masked_pieces(classifier: BertForSequenceClassification) -> BertForMaskedLM:
    """A model of masked pieces that shares the classifier's body: training the one trains the other."""
    model = BertForMaskedLM(classifier.config)
    kept = classifier.bert
    model.bert.embeddings, model.bert.encoder = kept.embeddings, kept.encoder
    model.tie_weights()
    return model


def loss_of_masked(model: BertForMaskedLM, shown: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """Cross entropy of the pieces asked for (the others of `asked` are negative), each among some others.

    To tell each from the whole vocabulary would take most of the time: it is told from those that are asked
    for elsewhere in the batch, and from pieces of chance.
    """
    where = asked >= 0
    read = model.bert(shown, attention_mask=(shown != 0).long()).last_hidden_state[where]
    chance = torch.randint(model.config.vocab_size, (_OTHERS,), device=asked.device)
    among, place = torch.unique(torch.cat([asked[where], chance]), return_inverse=True)
    head = model.cls.predictions
    logits = head.transform(read) @ head.decoder.weight[among].T + head.decoder.bias[among]
    return functional.cross_entropy(logits.float(), place[: len(read)])


def groups(model: torch.nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """The parameters for an optimiser: matrices decay, biases and norms do not."""
    matrices = [weights for weights in model.parameters() if weights.dim() > 1]
    rest = [weights for weights in model.parameters() if weights.dim() <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]

"""The BERT that is trained: its configuration, and its two heads (labels; masked pieces, for a start)."""

import torch
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification

from moderation.classifiers.train.config import Network


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


def groups(model: torch.nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """The parameters for an optimiser: matrices decay, biases and norms do not."""
    matrices = [weights for weights in model.parameters() if weights.dim() > 1]
    rest = [weights for weights in model.parameters() if weights.dim() <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]

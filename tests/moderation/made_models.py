"""Models' folders that real workers load: whose answer is plain from the words of a text, or that hang.

The bundled model's files with another network, which ONNX Runtime runs like any: real files, digests and all.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from moderation.classifiers.detoxify.card import CARD, LINEAR, TOKENIZER
from moderation.classifiers.onnx.model import LOGITS, TOKENS
from moderation.classifiers.shelf import BUNDLED

MODEL = BUNDLED / "wardroom-en"
SERVED = "int8.onnx"
# Logits: as good as 0, as good as 1.
_LOW, _RISE = -10.0, 20.0


def keyword_model(folder: Path, *words: str) -> Path:
    """A model that is sure of every label where one of the words is in a text, and finds nothing else."""
    made = _copy(folder)
    network = onnx.load(str(made / SERVED))
    found = _finds(network, _ids_of(words))
    nodes = [
        helper.make_node("Mul", [found, "rise"], ["risen"]),
        helper.make_node("Add", ["risen", "low"], ["lifted"]),
        helper.make_node("Mul", [f"{LOGITS}_before", "nothing"], ["silenced"]),
        helper.make_node("Add", ["silenced", "lifted"], [LOGITS]),
    ]
    for name, value in (("rise", _RISE), ("low", _LOW), ("nothing", 0.0)):
        network.graph.initializer.append(numpy_helper.from_array(np.array(value, np.float32), name))
    _end_with(network, nodes)
    return _kept(made, network)


def hanging_model(folder: Path, word: str) -> Path:
    """The bundled model, which never comes back from a text that has this word in it."""
    made = _copy(folder)
    network = onnx.load(str(made / SERVED))
    found = _finds(network, _ids_of([word]))
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["goes_on_in"], ["goes_on"]),
            helper.make_node("Add", ["so_far_in", "one_more"], ["so_far"]),
        ],
        "around",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("goes_on_in", TensorProto.BOOL, []),
            helper.make_tensor_value_info("so_far_in", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("so_far", TensorProto.FLOAT, []),
        ],
    )
    nodes = [
        helper.make_node("ReduceMax", [found], ["any"], keepdims=0),
        helper.make_node("Cast", ["any"], ["any_whole"], to=TensorProto.INT64),
        helper.make_node("Mul", ["any_whole", "for_ever"], ["turns"]),
        helper.make_node("Loop", ["turns", "yes", "none_yet"], ["turned"], body=body),
        helper.make_node("Mul", ["turned", "none_yet"], ["nothing"]),
        helper.make_node("Add", [f"{LOGITS}_before", "nothing"], [LOGITS]),
    ]
    for name, array in (
        ("one_more", np.array(1, np.float32)),
        ("none_yet", np.array(0, np.float32)),
        ("for_ever", np.array(2**62, np.int64)),
        ("yes", np.array(True)),
    ):
        network.graph.initializer.append(numpy_helper.from_array(array, name))
    _end_with(network, nodes)
    return _kept(made, network)


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(MODEL, folder, ignore=shutil.ignore_patterns(LINEAR)))


def _ids_of(words: Sequence[str]) -> list[int]:
    """The tokens of words that are one token each."""
    tokenizer = Tokenizer.from_file(str(MODEL / TOKENIZER))
    ids = [tokenizer.encode(word, add_special_tokens=False).ids for word in words]
    assert all(len(found) == 1 for found in ids), "a word that is several tokens"
    return [found[0] for found in ids]


def _finds(network: onnx.ModelProto, ids: Sequence[int]) -> str:
    """The name of a value of shape (texts, 1): 1 where any of the tokens is in the text."""
    for node in network.graph.node:
        for at, name in enumerate(node.output):
            if name == LOGITS:
                node.output[at] = f"{LOGITS}_before"
    network.graph.initializer.append(numpy_helper.from_array(np.array(ids, np.int64), "looked_for"))
    network.graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "inside"))
    network.graph.initializer.append(numpy_helper.from_array(np.array([1], np.int64), "across"))
    network.graph.node.extend(
        [
            helper.make_node("Unsqueeze", [TOKENS, "inside"], ["each_token"]),
            helper.make_node("Equal", ["each_token", "looked_for"], ["is_it"]),
            helper.make_node("Cast", ["is_it"], ["is_it_float"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMax", ["is_it_float"], ["has_it_wide"], axes=[1, 2], keepdims=1),
            helper.make_node("Squeeze", ["has_it_wide", "across"], ["has_it"]),
        ]
    )
    return "has_it"


def _end_with(network: onnx.ModelProto, nodes: Sequence[onnx.NodeProto]) -> None:
    network.graph.node.extend(nodes)
    onnx.checker.check_model(network)


def _kept(folder: Path, network: onnx.ModelProto) -> Path:
    """The folder with this network, and a card that vouches for it."""
    onnx.save(network, str(folder / SERVED))
    card = json.loads((folder / CARD).read_text("utf-8"))
    files = {name: digest for name, digest in card["files"].items() if name != LINEAR}
    files[SERVED] = hashlib.sha256((folder / SERVED).read_bytes()).hexdigest()
    (folder / CARD).write_text(json.dumps(card | {"name": folder.name, "files": files}), "utf-8")
    return folder

"""Which classifier a setting names. Callers: the worker, `manage.py judge`, doctor."""

from importlib import import_module

from moderation.classifiers.base import Classifier, ModelUnavailableError

# Name → the function that loads it, by dotted path: nothing heavy is imported before it is wanted.
_KNOWN = {
    "onnx": "moderation.classifiers.onnx.loader.load",
    "detoxify": "moderation.classifiers.detoxify.loader.load",
}


def load(kind: str, model: str, *, threads: int = 1) -> Classifier:
    """The classifier `kind` ("onnx", "detoxify", or the dotted path of a function) with its model loaded.

    `model` is what that kind takes: a folder, or a name. `threads`: processor threads for one call. Raises
    ModelUnavailableError.
    """
    module_name, _, function_name = _KNOWN.get(kind, kind).rpartition(".")
    try:
        function = getattr(import_module(module_name), function_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ModelUnavailableError(f"There is no classifier called {kind!r}: {error}") from error
    classifier: Classifier = function(model, threads=threads)
    return classifier

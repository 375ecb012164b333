"""How good a model is, measured on lines that it never saw: `python -m moderation.classifiers.evaluate`."""

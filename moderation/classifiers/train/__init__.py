"""Trains a model that judges messages: `python -m moderation.classifiers.train`.

No Django. torch and transformers are imported by the modules that need them, and nothing here by the site.
"""

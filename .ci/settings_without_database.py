"""The project's settings with no database behind them, for `makemigrations --check`."""

from config.settings import *  # noqa: F403

DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}

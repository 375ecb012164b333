"""Properties run without a time limit for each example: a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("wardroom", deadline=None)
settings.load_profile("wardroom")

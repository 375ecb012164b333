"""What must hold for whatever people do or send."""

import os

# HYPOTHESIS_PROFILE=long asks for as many examples as half an hour has room for.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

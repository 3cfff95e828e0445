"""How big the long sets run: small in CI, an issue's own numbers with SCALE=full, by hand."""

import os

FULL = os.environ.get("SCALE") == "full"
EXAMPLES = 200 if FULL else 25

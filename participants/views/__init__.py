"""Pages of participants, one module per subject."""

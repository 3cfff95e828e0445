"""Pages of gatherings, one module per subject."""

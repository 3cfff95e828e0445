"""Forms of gatherings, one module per subject."""

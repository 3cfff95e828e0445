"""Pages of networks, one module per subject."""

"""Who: people, the places they work in, and what they may do here."""

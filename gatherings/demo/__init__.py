"""Invented organisations one can click through before there is real data."""

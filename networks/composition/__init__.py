"""Putting groups together: pure data in, pure data out. No Django, no clock, no database.

model, counts, score, what_if and reasons are plain Python and may be imported by the web process.
search (numpy) and solver (OR-Tools) belong to the worker; compose, repair and explain use them.
"""

"""Who meets with whom, worked out from plain data: no Django, no clock, no database."""

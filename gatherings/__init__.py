"""When and what: rounds, gatherings, work before and after, actions, minutes, reports."""

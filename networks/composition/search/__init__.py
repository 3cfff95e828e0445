"""The search, with numpy: only the worker imports it."""

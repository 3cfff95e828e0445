"""What needs OR-Tools. Only the worker may import it."""

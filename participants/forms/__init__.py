"""What people type about people and places."""

"""Services of operations."""

"""Customers as rows of a file: what the import engine asks."""

from .customers import CustomerResource

__all__ = ["CustomerResource"]

"""Products as rows of a file: what the import engine asks."""

from .products import ProductResource

__all__ = ["ProductResource"]

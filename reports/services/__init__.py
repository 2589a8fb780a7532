"""What reports do besides reading: keeping sums of months that are over."""

from .rebuild import differing_months, due_months, rebuild_due_months, rebuild_month

__all__ = ["differing_months", "due_months", "rebuild_due_months", "rebuild_month"]

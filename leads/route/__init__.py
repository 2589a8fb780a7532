"""Route: which person a lead goes to, and why. Pure: facts and people in, a decision out."""

from .conditions import FIELDS, Facts, holds
from .engine import Choice, Person, RuleSpec, choose

__all__ = ["FIELDS", "Choice", "Facts", "Person", "RuleSpec", "choose", "holds"]

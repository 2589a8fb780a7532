"""Fixtures of these tests."""

from tests.doors import read

__all__ = ["read"]

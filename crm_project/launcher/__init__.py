"""Brings Madar up from a bare checkout: standard library only, nothing to install."""

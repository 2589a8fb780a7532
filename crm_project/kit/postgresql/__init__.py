"""The database backend (ENGINE) of Madar: Django's own, with less work on every page."""

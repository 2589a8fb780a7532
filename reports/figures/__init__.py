"""Figures: each module one subject, aggregates only, within a reader's reach."""

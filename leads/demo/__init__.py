"""The demo company: a fictitious seller of air conditioning, of any size, always the same."""

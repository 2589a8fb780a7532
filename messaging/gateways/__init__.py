"""Ways in and out: one folder per channel; copy the nearest one for a new kind."""

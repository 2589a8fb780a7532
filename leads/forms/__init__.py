"""Forms of the leads pages: they read and clean, services decide."""

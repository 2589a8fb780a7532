"""What people write about products and stock, parsed and cleaned."""

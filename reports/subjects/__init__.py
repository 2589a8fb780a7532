"""One module per report: what it shows of the figures, and the rows behind each of them."""

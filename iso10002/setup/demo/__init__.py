"""Demo data: 6,000 complaints with their whole history, on demand (`bench iso10002-demo load|clear`)."""

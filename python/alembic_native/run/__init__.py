"""What goes on while migrations run: whether they were committed, waited for, seen, understood."""

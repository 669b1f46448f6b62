"""Every error of docs/errors.md, and what upstream and the overlay say of it."""

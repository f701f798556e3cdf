"""Pages of the citizens, and the two of the staff about them."""

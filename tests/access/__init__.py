"""Who may do what, as one table and its test; and every door of the site tried by a person of another county."""

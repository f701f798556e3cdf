"""Pages of the hotline: the call-taker's desk and the knowledge base."""

"""The demo city: generated, seeded, reproducible. Places, people and numbers in it are invented."""

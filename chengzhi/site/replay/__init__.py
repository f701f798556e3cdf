"""Replay of real input: a file of reports from elsewhere runs through the services of this city at its own times."""

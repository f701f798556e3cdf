"""The ten ideas that every matter shares: path, people, clocks, place, dossier, trail, and what they rest on."""

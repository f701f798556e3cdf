"""The roof: settings, root urls, the frame of the pages, the command line; it mounts the doors of all below."""

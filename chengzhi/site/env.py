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
    """Declare and read a text variable; one that is set to nothing counts as not set."""
    VARIABLES[name] = Variable(name, default, description)
    return os.environ.get(name) or default


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
HOTLINE = text("CHENGZHI_HOTLINE", "12319", "Telephone number of the city management hotline, shown to citizens.")
PROXIES = number(
    "CHENGZHI_PROXIES", 0, "How many proxies of your own stand before the service; the caller's address is read from their X-Forwarded-For."
)
CITY_NAME = text("CHENGZHI_CITY_NAME", "XX市", "Name of the city in page titles and documents.")
ADDRESS = text("CHENGZHI_ADDRESS", "", "Address of the platform as people reach it (https://host), for links in messages; empty: no links.")
SMS_URL = text("CHENGZHI_SMS_URL", "", "Address of the city's SMS gateway, to which each text message is posted as JSON.")
SMS_KEY = text("CHENGZHI_SMS_KEY", "", "Public part of the gateway's key, for {key} in the request.")
SMS_SECRET = text("CHENGZHI_SMS_SECRET", "", "Secret of the gateway, by which requests are signed (HMAC-SHA256).")
WECOM_URL = text("CHENGZHI_WECOM_URL", "https://qyapi.weixin.qq.com", "Address of WeCom, another one for a private deployment.")
WECOM_CORP = text("CHENGZHI_WECOM_CORP", "", "WeCom: corpid of the body (企业ID).")
WECOM_AGENT = number("CHENGZHI_WECOM_AGENT", 0, "WeCom: agentid of the application that sends messages.")
WECOM_SECRET = text("CHENGZHI_WECOM_SECRET", "", "WeCom: secret of that application.")
WECOM_ROBOTS = text("CHENGZHI_WECOM_ROBOTS", "", "Keys of WeCom group robots: name=key, several separated by commas.")
DINGTALK_URL = text("CHENGZHI_DINGTALK_URL", "https://oapi.dingtalk.com", "Address of DingTalk, another one for a private deployment.")
DINGTALK_ROBOTS = text("CHENGZHI_DINGTALK_ROBOTS", "", "DingTalk group robots: name=access_token:secret, several separated by commas.")
SMTP = text("CHENGZHI_SMTP", "", "Mail server: smtp://user:password@host:587 (STARTTLS with a user), smtps://…:465, or smtp://host:25.")
MAIL_FROM = text("CHENGZHI_MAIL_FROM", "", "Sender of e-mails, for example 城管平台 <platform@city.example>.")
SEND_SECONDS = number("CHENGZHI_SEND_SECONDS", 10, "Seconds that a provider of messages has to answer.")
DIGEST_AT = text("CHENGZHI_DIGEST_AT", "07:30", "Time of day at which the daily digest of messages is sent.")

"""The `chengzhi` command: one entry point over the platform's own commands and the few of Django's that a city needs."""

import os
import sys
from difflib import get_close_matches
from importlib.metadata import version

import django
from django.core.management import get_commands, load_command_class
from django.db import DatabaseError

from chengzhi.kernel.problems import Problem

WRONG_USE = 2
# The supervisor itself touches no table; not loading them halves the time to the first answer.
WITHOUT_TABLES = {"serve": "chengzhi.site"}
DJANGO = {
    "check": "Look for mistakes in the settings.",
    "collectstatic": "Collect the static files, compressed and fingerprinted.",
    "makemigrations": "Write migrations for changed tables.",
    "migrate": "Bring the database to the present tables, and put the guards of the trail in place.",
    "shell": "Python with the platform loaded.",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; wrong use and refusals are one sentence, in Chinese and English."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengzhi.site.settings")
    if arguments[:1] in (["--version"], ["version"]):
        print(version("chengzhi"))
        return 0
    if arguments and arguments[0] in WITHOUT_TABLES:
        return _run(WITHOUT_TABLES[arguments[0]], arguments)
    django.setup()
    ours = _commands()
    if not arguments or arguments[0] in {"--help", "-h", "help"}:
        print(_overview(ours))
        return 0 if arguments else WRONG_USE
    if arguments[0] not in ours:
        print(_unknown(arguments[0], list(ours)), file=sys.stderr)
        return WRONG_USE
    return _run(ours[arguments[0]], arguments)


def _commands() -> dict[str, str]:
    """Return the commands that are offered, each with the application that holds it."""
    return {name: str(app) for name, app in sorted(get_commands().items()) if str(app).startswith("chengzhi.") or name in DJANGO}


def _run(app: str, arguments: list[str]) -> int:
    command = load_command_class(app, arguments[0])
    try:
        command.run_from_argv(["chengzhi", *arguments])
    except Problem as problem:
        print(f"{problem.zh}\n{problem.en}", file=sys.stderr)
        return WRONG_USE
    except DatabaseError as problem:
        print(f"{_about_database(str(problem))}（{problem}）".replace("\n", " "), file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough (`chengzhi … | head`); closing quietly is what every tool does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


def _about_database(said: str) -> str:
    if "no such table" in said or "does not exist" in said:
        return "数据库尚未建立，请先运行 chengzhi migrate。 The database has no tables yet; run chengzhi migrate first."
    return "数据库无法使用，请检查 CHENGZHI_DATABASE 和数据库服务。 The database cannot be used; check CHENGZHI_DATABASE and the server."


def _overview(commands: dict[str, str]) -> str:
    width = max(len(name) for name in commands)
    lines = [f"  {name:{width}}  {_sentence(name, app)}" for name, app in commands.items()]
    return "\n".join(
        [
            "Usage: chengzhi COMMAND [OPTIONS]",
            "",
            *lines,
            "",
            "`chengzhi COMMAND --help` tells the options of a command.",
        ]
    )


def _sentence(name: str, app: str) -> str:
    if name in DJANGO:
        return DJANGO[name]
    command = load_command_class(app, name)
    text = command.help or type(command).__doc__ or ""
    return text.strip().partition("\n")[0]


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    zh = f"是否要用 {near[0]}？" if near else "全部命令见 chengzhi --help。"
    en = f"Did you mean {near[0]}?" if near else "See chengzhi --help."
    return f"没有命令“{name}”。{zh}\nThere is no command “{name}”. {en}"


if __name__ == "__main__":
    raise SystemExit(main())

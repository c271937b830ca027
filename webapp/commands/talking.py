"""flask talk --sms: talking by text in a terminal, with demo mode's people, by the turn that the webhook calls."""

from __future__ import annotations

import click

from webapp.demo import phone
from webapp.demo.phone import Line
from webapp.house import House
from webapp.web.simulator import hand_in


def talk_by_text(home: House, way: str, name: str) -> None:
    """Write messages as this person until the input ends; what comes back is shown with its parts.

    Raises click's own errors: outside demo mode, and where nobody is called so.
    """
    if not home.settings.demo or way not in home.messengers:
        raise click.ClickException(
            "Only made-up people are talked with here, where demo mode has this way on."
        )
    number = _number(home, name)
    if number is None:
        return
    click.echo(f"{number}. An empty line ends it.")
    while text := _written():
        for line in hand_in(home, number, way, text):
            click.echo(_shown(line, way))


def _written() -> str:
    try:
        return input("> ")
    except EOFError:
        return ""


def _number(home: House, name: str) -> str | None:
    """The phone of whoever is called so; without a name, says who there is."""
    for holder in phone.holders(home):
        for one in holder.people:
            if name and one["name"].casefold().startswith(name.casefold()):
                return holder.number
            if not name:
                fact = one["known_fact"]
                known = "/".join(fact.values()) if isinstance(fact, dict) else fact
                click.echo(f"--as {one['name']!r}: {one['about']}. What they know: {known}")
    if name:
        raise click.BadParameter(f"nobody with a phone is called {name!r}")
    return None


def _shown(line: Line, way: str) -> str:
    pressed = [*line.buttons, *(title for title, _ in line.items)]
    about = f"  [{line.parts} part{'s' if line.parts > 1 else ''}]" if way == "sms" else ""
    return "\n".join([line.text, *(f"  [ {title} ]" for title in pressed), *([about] if about else [])])

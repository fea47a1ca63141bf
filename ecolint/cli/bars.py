"""Bars around a zero line for terminals: where they go, at any width, and how rich paints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO

from rich.console import Console
from rich.text import Text

from ecolint.records import dataclass

NARROWEST = 40
WIDEST_BAR = 60
SMALLEST_BAR = 16
INDENT = "  "
GAP = "  "


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: `value` gives the length (None: no bar), `text` is the figure in words beside it, `detail` what
    else belongs to it."""

    label: str
    value: float | None
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Bars under a title, and notes below them."""

    title: str
    bars: tuple[Bar, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What bars are drawn with: fillings of a cell by size, from the zero line to the right and to the left."""

    right: str
    left: str
    axis: str


BLOCKS = Glyphs("▏▎▍▌▋▊▉█", "▕▕▐▐▐▐██", "│")
ASCII = Glyphs("#", "#", "|")


def glyphs_for(encoding: str | None) -> Glyphs:
    """Blocks where the encoding has them, else plain ASCII."""
    try:
        "".join((BLOCKS.right, BLOCKS.left, BLOCKS.axis)).encode(encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return ASCII
    return BLOCKS


@dataclass(frozen=True, slots=True)
class Scale:
    """Cells left and right of the zero line, and the value that one cell stands for."""

    left: int
    right: int
    unit: float

    def cells(self, value: float, glyphs: Glyphs) -> tuple[str, str]:
        """The two halves of a bar, without the zero line. What is not zero is never invisible."""
        steps = glyphs.right if value > 0 else glyphs.left
        size = len(steps)
        filled = round(abs(value) / self.unit * size) if self.unit else 0
        whole, rest = divmod(max(filled, int(value != 0)), size)
        part = steps[rest - 1] if rest else ""
        if value < 0:
            return f"{part}{steps[-1] * whole}".rjust(self.left), " " * self.right
        return " " * self.left, f"{steps[-1] * whole}{part}".ljust(self.right)


def scale_of(values: Sequence[float], cells: int) -> Scale:
    """The finest scale on which all values fit into `cells`, the zero line among them; it is the same on both
    sides."""
    low, high = min((*values, 0.0)), max((*values, 0.0))
    room = cells - 1
    if low == 0.0 or high == 0.0:
        left = room if low else 0
        return Scale(left, room - left, (high - low) / room)
    unit, left = min((max(-low / left, high / (room - left)), left) for left in range(1, room))
    return Scale(left, room - left, unit)


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide the columns are. A column of width 0 moves to lines of its own, in full."""

    label: int
    bar: int
    text: int
    detail: int


def layout_of(bars: Sequence[Bar], width: int) -> Layout:
    """The first of these that leaves a bar its smallest width: all on one line, the detail below, the label
    above, the figure below as well."""
    label = _widest([bar.label for bar in bars])
    text = _widest([bar.text for bar in bars])
    detail = _widest([bar.detail for bar in bars])
    for columns in ((label, text, detail), (label, text, 0), (0, text, 0), (0, 0, 0)):
        taken = len(INDENT) + sum(column + len(GAP) for column in columns if column)
        room = width - taken - (0 if columns[0] else len(INDENT))
        if room >= SMALLEST_BAR:
            break
    return Layout(columns[0], min(room, WIDEST_BAR), columns[1], columns[2])


def _widest(texts: Sequence[str]) -> int:
    return max((Text(text).cell_len for text in texts), default=0)


def lines(groups: Sequence[Group], width: int, glyphs: Glyphs, shared: bool = True) -> Iterator[Text]:
    """The chart, each line at most `width` columns (no fewer than `NARROWEST`), with empty lines between groups.

    With `shared`, one scale for all groups; else one for each.
    """
    console = Console(width=max(width, NARROWEST), file=StringIO())
    every = [bar for group in groups for bar in group.bars]
    layout = layout_of(every, console.width)
    for number, group in enumerate(groups):
        values = [bar.value for bar in (every if shared else group.bars) if bar.value is not None]
        scale = scale_of(values, layout.bar) if values else None
        if number:
            yield Text()
        yield from _wrapped(console, group.title, "", "bold")
        for bar in group.bars:
            yield from _bar(console, bar, layout, scale, glyphs)
        for note in group.notes:
            yield from _wrapped(console, note, INDENT)


def _bar(console: Console, bar: Bar, layout: Layout, scale: Scale | None, glyphs: Glyphs) -> Iterator[Text]:
    beside = [_padded(bar.label, layout.label)] if layout.label else []
    below = []
    if scale is None:
        words = (*(beside or [bar.label]), bar.text, bar.detail)
        yield from _wrapped(console, GAP.join(filter(None, words)), INDENT)
    else:
        if not layout.label:
            yield from _heading(console, bar)
        elif not layout.detail:
            below.append(bar.detail)
        line = Text(INDENT if layout.label else INDENT * 2)
        line.append("".join(f"{text}{GAP}" for text in beside))
        line.append_text(_halves(bar.value, scale, layout, glyphs))
        if layout.text:
            line.append(f"{GAP}{_padded(bar.text, layout.text, right=True)}")
        else:
            below.insert(0, bar.text)
        if layout.detail:
            line.append(f"{GAP}{bar.detail}", "dim")
        line.rstrip()
        yield line
    for text in filter(None, below):
        yield from _wrapped(console, text, INDENT * 2)


def _heading(console: Console, bar: Bar) -> Iterator[Text]:
    """Label and detail above a bar, on one line where they fit."""
    together = GAP.join(filter(None, (bar.label, bar.detail)))
    fits = len(INDENT) + Text(together).cell_len <= console.width
    for text in filter(None, (together,) if fits else (bar.label, bar.detail)):
        yield from _wrapped(console, text, INDENT)


def _halves(value: float | None, scale: Scale, layout: Layout, glyphs: Glyphs) -> Text:
    if value is None:
        return Text(" " * layout.bar)
    left, right = scale.cells(value, glyphs)
    return Text.assemble((left, "cyan"), (glyphs.axis, "dim"), (right, "cyan"))


def _padded(text: str, width: int, right: bool = False) -> str:
    space = " " * (width - Text(text).cell_len)
    return f"{space}{text}" if right else f"{text}{space}"


def _wrapped(console: Console, text: str, indent: str, style: str = "") -> Iterator[Text]:
    """A text in lines, long words broken."""
    for line in Text(text, style).wrap(console, console.width - len(indent)):
        line.rstrip()
        yield Text(indent).append_text(line)


def draw(
    groups: Sequence[Group],
    *,
    width: int,
    color: bool = False,
    encoding: str | None = "utf-8",
    shared: bool = True,
) -> str:
    """The chart as text, with escapes only where colours are wanted; ends with a line end.

    Sides of the zero line, signs and words tell all; colours only repeat it.
    """
    printed = StringIO()
    console = Console(
        file=printed,
        width=max(width, NARROWEST),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for line in lines(groups, width, glyphs_for(encoding), shared):
        console.print(line, soft_wrap=True)
    return printed.getvalue()

"""A timeline as a picture: strips over a calendar, numbered where the verdict turns, and what happened at each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.kinds import DISCLAIMER, MONTHS, WORDS, Kind, day_words, kind_of, lower_first
from caveat.report.picture.frame import MARGIN, Sheet, foot, head, legend, source_words
from caveat.report.picture.lettering import width_of, wrapped
from caveat.report.picture.markup import Element, el, svg_file
from caveat.report.picture.palette import sign
from caveat.report.wording import listed
from caveat.timeline.story import (
    CLOCK_LABELS,
    clock_words,
    dated_words,
    given_of,
    lane_name,
    lane_role,
    moves_words,
    number_of,
    quiet_names,
    reading_of,
    runs,
    shown_lanes,
    title_of,
    turns,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.timeline.run import Lane, Segment, Strip, Timeline
    from caveat.timeline.story import Run, Turn

    Address = Callable[[Lane, Strip, int], str | None]

WIDTH = 960
MANY_YEARS = 60  # after which the months are not marked
LABELS = 204.0  # room for names beside the strips
STRIP, MARKS = 30.0, 32.0  # heights of a strip, and of the numbers above or below it
DOT, THIN = 9.0, 3.0  # the radius of a number; the width of the shortest stretch
MAX_TURNS_TOLD = 24
LONG = 550  # days from which the calendar shows years, not months


def timeline_to_svg(book: Book, timeline: Timeline, *, title: str = "", width: float = WIDTH) -> str:
    """The picture as a file of its own."""
    return svg_file(timeline_picture(book, timeline, title=title, width=width, whole=True))


def timeline_picture(
    book: Book, timeline: Timeline, *, title: str = "", width: float = WIDTH, whole: bool = True, name: str = "t", address: Address | None = None,
    marks: Sequence[tuple[date, str]] = (),
) -> Element:  # fmt: skip
    """The picture as an element: the chart alone, or the `whole` with title, reading and what happened at each number.

    `address` gives the link of a stretch (lane, strip, number of the segment), for a page that has the details; `marks`
    are days to be marked across all strips, each with a word.
    """
    return _Drawing(book, timeline, Sheet(width, name), address, marks).draw(title or title_of(book, timeline), whole=whole)


class _Drawing:
    """One timeline on one sheet."""

    def __init__(self, book: Book, timeline: Timeline, sheet: Sheet, address: Address | None, marks: Sequence[tuple[date, str]] = ()) -> None:
        self.marks = [(day, word) for day, word in marks if timeline.first <= day <= timeline.last]
        self.book, self.timeline, self.sheet, self.address = book, timeline, sheet, address
        self.lanes, self.turns = shown_lanes(timeline), turns(timeline)
        self.left = MARGIN if sheet.is_narrow else MARGIN + LABELS
        self.days = (timeline.last - timeline.first).days + 1

    def draw(self, title: str, *, whole: bool) -> Element:
        sheet, reading = self.sheet, reading_of(self.book, self.timeline)
        if whole:
            head(sheet, title, reading, given_of(self.book, self.timeline))
        segments = [s for lane in self.lanes for strip in lane.strips for s in strip.segments]
        legend(sheet, [kind_of(s.view) for s in segments], late=any(s.view.last_known for s in segments))
        top = sheet.y
        grid = el("g")
        sheet.draw(grid)
        self.calendar()
        begin = sheet.y
        self.mark_words()
        for lane in self.lanes:
            self.lane(lane)
        bottom = sheet.y
        for day, _ in self.marks:
            sheet.draw(el("line", x1=self.x(day), x2=self.x(day), y1=begin, y2=bottom, class_="mark"))
        self.calendar()
        for x, _, strong in self.ticks():
            grid.append(el("line", x1=x, x2=x, y1=top + 20, y2=bottom, class_="grid" if strong else "faint"))
        if whole:
            self.key()
            quiet = quiet_names(self.book, self.timeline)
            foot(
                sheet,
                *([f"No objection from treaties throughout: {listed(quiet)}."] if quiet else []),
                source_words(self.timeline.digest),
                DISCLAIMER,
            )
        return sheet.finish(title, reading)

    # -- the calendar

    def x(self, day: date) -> float:
        """Where a day begins."""
        return self.after((day - self.timeline.first).days)

    def end(self, day: date) -> float:
        """Where a day ends."""
        return self.after((day - self.timeline.first).days + 1)

    def after(self, days: int) -> float:
        """The place so many days after the first."""
        return self.left + days / self.days * (self.sheet.right - self.left)

    def ticks(self) -> Iterator[tuple[float, str, bool]]:
        """Where years, or months where they are few, begin: place, label (empty where there is no room), whether strong."""
        by_year, free = self.days > LONG, float("-inf")
        for day, following in self.beginnings():
            strong = day.month == 1 or not by_year or day == self.timeline.first
            label = str(day.year) if by_year else MONTHS[day.month - 1][:3] + (f" {day.year}" if day.month == 1 or day == self.timeline.first else "")
            x, size = self.x(day), width_of(label, 12.5) + 8
            crowded = day == self.timeline.first and following is not None and self.x(following) < x + size
            fits = strong and not crowded and x > free and x + size < self.sheet.right + MARGIN
            free = x + size if fits else free
            if not by_year or day.month in (1, 4, 7, 10) or fits:
                yield x, label if fits else "", strong

    def beginnings(self) -> Iterator[tuple[date, date | None]]:
        """The first day, and each on which a month begins, or a year where not even the years have room for a label each.

        With each the next that may have a label.
        """
        first, last = self.timeline.first, self.timeline.last
        yearly = last.year - first.year > MANY_YEARS
        months = (first.replace(year=y, month=m, day=1) for y in range(first.year, last.year + 1) for m in ((1,) if yearly else range(1, 13)))
        days = [first, *(day for day in months if first < day <= last)]
        labelled = [day for day in days[1:] if day.month == 1 or self.days <= LONG]
        for day in days:
            yield day, next((later for later in labelled if later > day), None) if day == first else None

    def calendar(self) -> None:
        """The labels of the ticks, beside their lines."""
        for x, label, strong in self.ticks():
            if label and strong:
                self.sheet.text(x + 4, self.sheet.y + 15, label, 12.5, "soft")
        self.sheet.y += 22

    def mark_words(self) -> None:
        """The words of the days that are marked, each beside its line: to the left of the first, to the right of the last."""
        if not self.marks:
            return
        self.sheet.y += 16
        for i, (day, word) in enumerate(self.marks):
            left = i == 0 and len(self.marks) > 1
            self.sheet.text(
                self.x(day) + (-5 if left else 5), self.sheet.y, f"{word}: {day_words(day, short=True)}", 12.5, "strong", "end" if left else None
            )
        self.sheet.y += 4

    # -- lanes

    def lane(self, lane: Lane) -> None:
        """The name of the issuer, then its strips with their numbers."""
        sheet = self.sheet
        sheet.gap(8)
        name, role = lane_name(self.book, lane), lane_role(self.book, lane)
        if sheet.is_narrow:
            sheet.paragraph(f"{name}{', ' + role if role else ''}", 15, "strong")
        top = sheet.y
        for i, strip in enumerate(lane.strips):
            numbers = self.numbers(lane, strip)
            if sheet.is_narrow:
                sheet.y += 7 if i else 0
                sheet.paragraph(CLOCK_LABELS[strip.clock], 12.5, "soft")
            if i == 0 or sheet.is_narrow:
                sheet.y += MARKS if numbers or not sheet.is_narrow else 5
                self.strip(lane, strip, numbers, above=True)
            else:
                sheet.y += 5
                self.strip(lane, strip, numbers, above=False)
                sheet.y += 28 if numbers else 6
        if not sheet.is_narrow:
            sheet.text(MARGIN, top + 11, *_short(name, LABELS - 8, 15), "strong")
            sheet.text(MARGIN, top + 26, *_short(role.removeprefix("as "), LABELS - 8, 12), "soft")
        sheet.draw(el("line", x1=MARGIN, x2=sheet.right, y1=sheet.y + 5, y2=sheet.y + 5, class_="faint"))
        sheet.y += 4

    def numbers(self, lane: Lane, strip: Strip) -> list[tuple[float, int]]:
        """Where a strip turns, and under which numbers; the second strip only tells what the first does not."""
        found = []
        for run in runs(strip)[1:]:
            number = number_of(self.turns, lane, strip.clock, run.first)
            told = strip is not lane.strips[0] and number_of(self.turns, lane, lane.strips[0].clock, run.first) is not None
            if number is not None and not told:
                found.append((self.x(run.first), number))
        return found

    def strip(self, lane: Lane, strip: Strip, numbers: Sequence[tuple[float, int]], *, above: bool) -> None:
        """One strip, at the pen."""
        sheet, y = self.sheet, self.sheet.y
        if not sheet.is_narrow:
            sheet.text(self.left - 10, y + STRIP / 2 + 4.5, CLOCK_LABELS[strip.clock], 12.5, "soft", "end")
        drawn = [(segment.last - segment.first, self.segment(lane, strip, i, segment, y)) for i, segment in enumerate(strip.segments)]
        thin = [element for days, element in drawn if self.x(self.timeline.first + days) - self.left < THIN]
        sheet.draw(*(element for _, element in drawn if element not in thin), *thin)
        for run in runs(strip):
            self.run_words(run, y)
        for (x, number), place in zip(numbers, _apart([x for x, _ in numbers], self.left + DOT, sheet.right - DOT), strict=True):
            end, middle = (y, y - 15) if above else (y + STRIP, y + STRIP + 15)
            sheet.draw(
                el("path", d=f"M{x:.1f} {end:.1f} L{place:.1f} {middle:.1f}", class_="lead"), el("circle", cx=place, cy=middle, r=DOT, class_="dot")
            )
            sheet.text(place, middle + 4, str(number), 11, "dot-text", "middle")
        sheet.y += STRIP

    def segment(self, lane: Lane, strip: Strip, number: int, segment: Segment, y: float) -> Element:
        """One stretch: its colour, hatched after the last day known, with its own title for those who point or tab to it."""
        kind, x, end = kind_of(segment.view), self.x(segment.first), self.end(segment.last)
        words = self.segment_words(lane, strip, segment)
        if end - x < THIN:
            x, end = (x + end - THIN) / 2, (x + end + THIN) / 2
        box = {"x": x, "y": y, "width": end - x, "height": STRIP}
        parts = [el("title", words), el("rect", class_=f"k-{kind}", **box)]
        if segment.view.last_known:
            parts += [
                el("rect", fill=f"url(#{self.sheet.hatch})", **box),
                el("path", d=f"M{x:.1f} {y + 0.6:.1f} H{end:.1f} M{x:.1f} {y + STRIP - 0.6:.1f} H{end:.1f}", class_="dash"),
            ]
        if number and end - x > 2 * THIN:
            parts.append(el("path", d=f"M{x:.1f} {y:.1f} V{y + STRIP:.1f}", class_="cut"))
        link = self.address(lane, strip, number) if self.address else None
        if link:
            return el("a", *parts, href=f"#{link}", aria_label=words)
        return el("g", *parts, tabindex="0", role="img", aria_label=words)

    def segment_words(self, lane: Lane, strip: Strip, segment: Segment) -> str:
        late = " (last known)" if segment.view.last_known else ""
        days = f"{day_words(segment.first)} to {day_words(segment.last)}"
        rules = f" Rules: {', '.join(segment.view.rules)}." if segment.view.rules else ""
        return f"{lane_name(self.book, lane)}, {CLOCK_LABELS[strip.clock]}: {WORDS[kind_of(segment.view)]}{late}, {days}.{rules}"

    def run_words(self, run: Run, y: float) -> None:
        """The sign of a run, and its word, in the widest of its stretches; once more where our sources have ended."""
        for late in (False, True):
            rooms = [(self.end(s.last) - self.x(s.first), self.x(s.first)) for s in run.segments if s.view.last_known == late]
            room, x = max(rooms, default=(0.0, 0.0))
            if room >= 16:  # noqa: PLR2004
                self.words(run.kind, x, room, y, late=late)

    def words(self, kind: Kind, x: float, room: float, y: float, *, late: bool) -> None:
        """A sign, and the word after it where it fits; on a patch of its own where there is hatching."""
        need = 33 + width_of(WORDS[kind], 13, bold=True)
        start = x + 8 if room >= need else min(x + 8, x + room / 2 - 6)
        group = el("g", pointer_events="none")
        if late:
            group.append(el("rect", x=start - 4, y=y + 5, width=(need if room >= need else 28) - 8, height=STRIP - 10, rx=3, class_=f"k-{kind}"))
        group.append(sign(kind, start, y + STRIP / 2 - 6))
        if room >= need:
            group.append(el("text", WORDS[kind], x=start + 18, y=y + STRIP / 2 + 4.5, font_size=13, class_=f"strong t-{kind}"))
        self.sheet.draw(group)

    # -- what happened at each number

    def key(self) -> None:
        """Each number with its day, what turned, and the statement that turned it."""
        sheet = self.sheet
        sheet.gap(12)
        for clock in self.timeline.clocks:
            sheet.paragraph(f"“{CLOCK_LABELS[clock]}”: {lower_first(clock_words(clock, self.timeline.known_by, self.timeline.as_of))}.", 12.5, "soft")
        sheet.gap(8)
        for turn in self.turns[:MAX_TURNS_TOLD]:
            y = sheet.y + 13
            sheet.draw(el("circle", cx=MARGIN + DOT, cy=y - 1, r=DOT, class_="dot"))
            sheet.text(MARGIN + DOT, y + 3, str(turn.number), 11, "dot-text", "middle")
            sheet.paragraph(f"{day_words(turn.day)}. {moves_words(self.book, turn, self.timeline)}", 13.5, "strong", x=MARGIN + 28)
            if turn.statements:
                sheet.paragraph(statement_words(self.book, turn), 13, x=MARGIN + 28, most=9 if sheet.is_narrow else 4)
            sheet.gap(7)
        if len(self.turns) > MAX_TURNS_TOLD:
            sheet.paragraph(f"And {len(self.turns) - MAX_TURNS_TOLD} more changes.", 13, "soft")


def statement_words(book: Book, turn: Turn) -> str:
    """What the first statement behind a turn says, and who said it where."""
    s = book.statements[turn.statements[0]]
    if turn.doubts and dated_words(book, s.id, turn.day):
        reading = book.readings[turn.doubts[0]]
        return f"From here in doubt: {reading.question} {reading.because}"
    where = f"; {s.sources[0].publisher}, {s.sources[0].date or 'undated'}" if s.sources else ""
    return f"{dated_words(book, s.id, turn.day)}{s.says} ({s.by}{where})"


def _short(text: str, room: float, size: float) -> tuple[str, float]:
    return wrapped(text, room, size, bold=True, most=1)[0], size


def _apart(places: Sequence[float], low: float, high: float) -> list[float]:
    """The places moved as little as it takes for round numbers not to overlap, from the left and then back from the right."""
    need = 2 * DOT + 2
    found: list[float] = []
    for x in places:
        found.append(max(x, found[-1] + need if found else low))
    for i in range(len(found) - 1, -1, -1):
        found[i] = min(found[i], found[i + 1] - need if i + 1 < len(found) else high)
    return found


__all__ = ["Kind", "statement_words", "timeline_picture", "timeline_to_svg"]

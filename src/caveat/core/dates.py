"""Days, and days that are only roughly known.

A date in a policy is a day, a month, a year, or `{between: [a, b]}`. All four are one thing: the earliest and
the latest day it may have been.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
_PARTS = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?\Z")


def day_after(day: date) -> date:
    """The next day; the last day of the calendar stays itself."""
    return day if day == date.max else day + ONE_DAY


def day_before(day: date) -> date:
    """The day before; the first day of the calendar stays itself."""
    return day if day == date.min else day - ONE_DAY


def moved(day: date, by: timedelta) -> date:
    """The day so much later or earlier, within the calendar."""
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


def is_a_bound(day: date) -> bool:
    """Whether it is the first or the last day of the calendar, which stand for "ever" and "no end"."""
    return day in (date.min, date.max)


@dataclass(frozen=True, slots=True)
class Dated:
    """Some day from `earliest` to `latest`, both included."""

    earliest: date
    latest: date

    @property
    def is_endless(self) -> bool:
        """Whether it is the last day, month or year of the calendar: what people write for "no end"."""
        return self.latest == date.max and self.earliest.year == date.max.year

    @property
    def is_exact(self) -> bool:
        """Whether the day itself is known."""
        return self.earliest == self.latest

    @property
    def words(self) -> str:
        """The same for a sentence: `2024-05-30`, `2024-05`, `a day between 2024-05-30 and 2024-06-02`."""
        text = str(self)
        return f"a day between {self.earliest} and {self.latest}" if "/" in text else text

    def __str__(self) -> str:
        """The day, month or year where it is one; else `earliest/latest` (ISO 8601 interval)."""
        if self.is_exact:
            return self.earliest.isoformat()
        if self == month(self.earliest.year, self.earliest.month):
            return self.earliest.isoformat()[:7]
        if self == year(self.earliest.year):
            return self.earliest.isoformat()[:4]
        return f"{self.earliest.isoformat()}/{self.latest.isoformat()}"


def month(of_year: int, number: int) -> Dated:
    """Some day in that month."""
    return Dated(date(of_year, number, 1), date(of_year, number, calendar.monthrange(of_year, number)[1]))


def year(number: int) -> Dated:
    """Some day in that year."""
    return Dated(date(number, 1, 1), date(number, 12, 31))


def dated(text: str) -> Dated:
    """Read `2024-05-30`, `2024-05`, `2024` or `2024-05-30/2024-06-02`; ValueError for anything else."""
    first, slash, last = text.partition("/")
    if slash:
        if "/" in last or not (_PARTS.match(first) and _PARTS.match(last)):
            raise ValueError(f"`{text}` is not a date, nor two dates with one stroke between them")
        begin, end = dated(first), dated(last)
        if begin.earliest > end.latest:
            raise ValueError(f"`{text}` ends before it begins")
        return Dated(begin.earliest, end.latest)
    match = _PARTS.match(text)
    if not match:
        raise ValueError(f"`{text}` is not a date")
    y, m, d = match.groups()
    try:
        if d:
            day = date(int(y), int(m), int(d))
            return Dated(day, day)
        return month(int(y), int(m)) if m else year(int(y))
    except ValueError:
        raise ValueError(f"there is no such day as `{text}`") from None

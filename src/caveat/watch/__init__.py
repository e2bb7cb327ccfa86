"""Open questions over a stream of reports: lines are taken, kept in a journal, and every change of a verdict is told once.

lines (stdin, FILE)          lines.py        a line to an Event, or why it is none
       |                     journal.py      everything accepted, told and rejected, in one SQLite file
       v                     relevance.py    which reports can matter to which open question
Watch.take(line) ----------> watch.py        takes events, decides what is affected again, tells
       |                     feed.py         bytes to lines, where the last run stopped
       v                     outlet.py       told lines to where they are read, once each
told lines (stdout, FILE)    run.py          the loop, and how it ends
"""

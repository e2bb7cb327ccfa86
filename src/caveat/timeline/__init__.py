"""One use, day by day.

Takes a scenario; gives every stretch of days with one verdict, on each clock, and the turns between them.
"""

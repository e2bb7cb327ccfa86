"""What is kept between runs.

Takes folders of policies; gives the book they make, from a cache where nothing has changed, and its canonical form.
"""

"""How Sphinx makes a site of README, CONTRIBUTING and docs (`make docs`): offline, and warnings are errors.

The source is the whole folder of the project, so that links between these files lead in the site where they lead here.
"""

project = "caveat"
author = "The caveat developers"
html_title = "caveat"

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "examples/reports/*.md"]
exclude_patterns = [".*", "build", "dist", "src", "tests", "policies"]
suppress_warnings = ["myst.header"]  # the reports begin with a heading of the second order, as in a pull request
nitpicky = True  # a link that leads nowhere is a warning, and so an error

myst_heading_anchors = 3  # links to headings, as in the files: page.md#a-heading
highlight_language = "none"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["_extra"]  # the first page, which leads to docs/index.html
html_show_copyright = False
html_show_sourcelink = False
html_show_sphinx = False
html_copy_source = False

"""Pictures of a timeline or a matrix: SVG, and a page of HTML that stands by itself. No network, no scripts."""

"""The rules of style that only a page about a difference needs."""

RULES = """
nav ul{list-style:none;padding:.5rem 0;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.9rem;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.chips{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.6rem 2rem}.chips li{display:flex;align-items:flex-start;gap:.6rem;max-width:20rem}
.count{font:700 2rem/1 Georgia,'Times New Roman','DejaVu Serif',serif;min-width:1.4rem}
.cards{list-style:none;padding:0;display:grid;gap:1rem;align-items:start;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr))}
.card{border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;background:var(--sheet)}.card>p:last-child{margin-bottom:0}.card:target{outline:3px solid var(--ink)}
.verdicts{margin:.2rem 0 .5rem}.verdict{font-weight:600;white-space:nowrap}.arrow{margin:0 .5rem}
.beyond{padding:0;list-style:none}.beyond li{margin:.5rem 0;padding:.4rem .2rem;border-top:1px solid var(--line)}.beyond li:target{background:var(--sheet)}.beyond .verdict{font-size:.875rem}.beyond a{margin-left:.6rem;font-weight:600}
.edits li{margin:.45rem 0}del{text-decoration-thickness:1px}ins{text-decoration:none;border-bottom:2px solid currentColor}
pre{background:var(--paper);border:1px solid var(--line);padding:.6rem .8rem;overflow-x:auto;font-size:.8rem;max-width:60rem}pre span{display:block}pre:focus-visible{outline:3px solid var(--ink)}
.beyond li,.edits li{overflow-wrap:break-word}
@media print{nav{display:none}.card{break-inside:avoid;background:none}.cards{display:block}.card{margin:0 0 .6rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}h2,h3{break-after:avoid}}
"""

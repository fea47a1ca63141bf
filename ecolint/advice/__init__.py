"""The advisory protocols: optimize, compare, explain, recommend. All answer from the evidence, none from a model.

An `Ask` (what was said) becomes a `Situation` (what is assumed besides), the protocols turn that into an
`Answer`, and the renderers print it.
"""

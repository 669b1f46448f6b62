"""``lint``: would this history deploy, and whom would that hurt.

Scripts are read natively: nothing of the project is imported, and ``env.py`` is not run.
"""

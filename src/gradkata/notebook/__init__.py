"""Check, hint, solution and progress inside a notebook, and the notebooks that are made from the exercises."""

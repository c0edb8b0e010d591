"""Practice: what a learner did, what is due again, and the folder in which they work.

One store keeps every attempt, hint and review (SQLite in the user's state folder, or where GRADKATA_STATE says):

    store = Store.of_user()
    store.record(Attempt.of(exercise, report, source, origin="notebook"))   # True if it was kept
    store.give_hint(exercise, 2)
    store.attempts("", "clip_grad_norm")                                    # the newest first
    Progress.of(store, kit)                                                 # what `gradkata progress` shows

Keeping never costs a verdict: where the store fails, `record` and `give_hint` say so in one line and return False.
Importing this package is cheap, since pytest imports it at every start: each module is imported by its own name.
"""

MARKER = "gradkata.toml"
"""The file by which a learner's own folder is known."""

"""The untrusted side: a process that has imported PyTorch, forks for each submission, and runs it under probes.

Nothing here knows an expected value. This room imports only `gradkata.protocol`.
"""

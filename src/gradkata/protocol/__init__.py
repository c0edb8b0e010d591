"""What passes between judge and worker: frames, scenarios, observations, and the memory that they share.

Both sides import this room; it holds no expected value and no opinion.
"""

"""Opens the reference answer where a checkout has it.

Says: PermissionError
"""

import glob
import pathlib

here = pathlib.Path("@ROOT@/solutions/clip_grad_norm/reference.py")
places = [here, *map(pathlib.Path, glob.glob("/*/*/solutions/clip_grad_norm/*.py"))]
exec(places[0].read_text())

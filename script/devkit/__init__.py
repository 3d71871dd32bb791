"""What `script/run`, `script/test` and their sisters share.

Plain standard library, because these modules run with the system's Python before
any virtual environment exists.
"""

"""One module per command in `script/`."""

"""The way in: start page, first steps, menus."""

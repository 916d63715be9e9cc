"""Importing complaints from a CSV file: `importer` is the way in, `report` tells the person on the command line."""

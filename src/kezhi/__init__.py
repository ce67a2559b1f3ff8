"""Kezhi (客知): from a company's scattered customer records to known customers."""

"""Whom, what, when: which plan fits which customer. Decides, and sends nothing."""

"""Answers about groups of customers: months, categories, cohorts. Tables in, tables out."""

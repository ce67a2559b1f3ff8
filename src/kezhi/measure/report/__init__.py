"""A snapshot as a page to print and as a workbook to work on."""

from kezhi.measure.report.html import html, write_html
from kezhi.measure.report.workbook import write_customers_xlsx, write_xlsx
from kezhi.measure.source import ReportSource

__all__ = ["ReportSource", "html", "write_customers_xlsx", "write_html", "write_xlsx"]

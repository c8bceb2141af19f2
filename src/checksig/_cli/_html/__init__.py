"""Pages of HTML for people to look at: each is one file that asks for nothing else.

`_page` makes bytes of a template and plain data, `_charts` lays out charts, and `_report` is what `verify` reports.
The templates know neither checksum lists nor verdicts, but for those that are called after a report.
"""

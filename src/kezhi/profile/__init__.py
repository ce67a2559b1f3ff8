"""One row per customer: features, RFM, lifecycle and tags. Tables in, tables out."""

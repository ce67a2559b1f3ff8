"""RFM, lifecycle and tiers."""

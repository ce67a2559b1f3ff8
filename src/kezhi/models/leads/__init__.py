"""Which lead becomes a customer: a calibrated probability with reasons."""

from kezhi.models.leads.estimator import LeadModel

__all__ = ["LeadModel"]

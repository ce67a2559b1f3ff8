"""What sales will be: many monthly series forecast together, held against the same month of last year."""

from kezhi.models.forecasts.forecaster import Backtest, Forecaster

__all__ = ["Backtest", "Forecaster"]

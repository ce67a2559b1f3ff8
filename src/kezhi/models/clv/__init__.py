"""How often customers without a contract buy, whether they still do, how long those with one stay, and what they are worth."""

from kezhi.models.clv.beta_geometric import BgNbd, MbgNbd
from kezhi.models.clv.bg_bb import BgBb
from kezhi.models.clv.covariate_bg_nbd import CovariateBgNbd
from kezhi.models.clv.customer_value import customer_value
from kezhi.models.clv.gamma_gamma import GammaGamma
from kezhi.models.clv.pareto_nbd import ParetoNbd
from kezhi.models.clv.shifted_beta_geometric import ShiftedBetaGeometric
from kezhi.models.clv.trade_time import TradeTime

__all__ = ["BgBb", "BgNbd", "CovariateBgNbd", "GammaGamma", "MbgNbd", "ParetoNbd", "ShiftedBetaGeometric", "TradeTime", "customer_value"]

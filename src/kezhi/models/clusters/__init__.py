"""Groups of alike customers: K-Means and mixtures, how many, what they are called, whether they stay."""

from kezhi.models.clusters.fitting import ClusterModel, Previous, fit_clusters
from kezhi.models.clusters.kmeans import KMeans

__all__ = ["ClusterModel", "KMeans", "Previous", "fit_clusters"]

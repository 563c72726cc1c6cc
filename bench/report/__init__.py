"""A run as one HTML page that needs nothing else: the answers first, then the charts and tables behind them."""

"""The Model page: which network, how large, trained how, seen before it trains."""

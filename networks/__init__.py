"""With whom: networks, their seasons and rules, groups and who sits in them."""

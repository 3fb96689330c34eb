"""Small charts as SVG: lines, bars, points and heat maps, readable in print and without colour."""

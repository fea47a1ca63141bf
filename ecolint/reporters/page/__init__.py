"""The HTML report: what it shows, and the template, style and script that show it."""

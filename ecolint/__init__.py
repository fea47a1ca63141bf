"""ecolint finds settings that make LLM inference waste energy, and says what was measured about each."""

__version__ = "0.1.0"
FOOTER = "Evidence: zenodo.org/records/18900289 (2025-Q1) · skill v3.0.8"
"""What every report of findings ends with: where the measurements are from."""
HOMEPAGE = "https://github.com/ecolint/ecolint"

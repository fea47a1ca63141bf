"""ecolint finds settings that make LLM inference waste energy, and says what was measured about each."""

__version__ = "0.1.0"
HOMEPAGE = "https://github.com/ecolint/ecolint"

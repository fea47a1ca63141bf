from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sarif: runs Microsoft's SARIF Multitool, installed from npm")

"""Which files may say anything that is judged, told from their bytes."""

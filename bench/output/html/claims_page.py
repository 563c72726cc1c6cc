"""The page of `bench claims --html`, in the style of the report."""

from pathlib import Path

from bench.analysis.saved_claims import SavedClaims
from bench.output.html.build import page_of, write_page
from bench.output.html.claims_section import claims_section


def build_claims_page(saved: SavedClaims, path: Path) -> Path:
    """Write the page and return its path. Raises RecordError."""
    write_page(page_of("claims.html.j2", claims=claims_section(saved)), path)
    return path

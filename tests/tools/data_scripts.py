"""How the data workloads compare with plain scripts: `python -m tests.tools.data_scripts [PAIRS] [WORKLOAD ...]`.

The same work as a tutorial would write it, without checks, counts or journal, is timed in turn with a trial of the
harness, each in a fresh interpreter and each after one untimed pass. Printed is the median of the ratios of their
median passes, harness / script, with the quartiles. PostgreSQL is a throwaway server, and left out where there is none.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.servers.postgres_server import PostgresUnavailable, postgres_server
from tests.support.workload_trials import request

PASSES = 5
WORKERS = 2

BATCH_FILTER = """
import random
from multiprocessing.shared_memory import SharedMemory
SIZE, BATCHES = 125_000, 32
memory = SharedMemory(create=True, size=SIZE * BATCHES)
memory.buf[:] = bytes(random.choices(range(101), k=SIZE * BATCHES))
mapped = memory
def start():
    pass
def batches():
    return range(BATCHES)
def work(item):
    batch = bytes(mapped.buf[item * SIZE:(item + 1) * SIZE])
    kept = [number for number in batch if number > 50]
    return len(kept), sum(kept), sum(kept) / len(kept)
def after():
    pass
def finish():
    memory.close()
    memory.unlink()
"""

FILE_TREE = """
import hashlib, random, shutil, tempfile
from pathlib import Path
KINDS = {".jpg": "images", ".png": "images", ".pdf": "documents", ".txt": "documents", ".mp3": "audio",
         ".mp4": "videos", ".gz": "archives"}
NAMES = ["photo.jpg", "SCAN.PNG", "report.pdf", "notes.txt", "song.mp3", "clip.mp4", "backup.tar.gz", "README"]
root = Path(tempfile.mkdtemp())
for number in range(256):
    folder = root / f"folder-{number % 8}" / str(number // 64)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAMES[number // 8 % 8]).write_bytes(random.randbytes(100_000))
def start():
    pass
def batches():
    return [(str(number), path) for number, path in enumerate(sorted(root.glob("folder-*/*/*")))]
def work(item):
    number, path = item
    with open(path, "rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kind = KINDS.get(path.suffix.lower(), "other")
    folder = root / "organised" / "files" / kind
    folder.mkdir(parents=True, exist_ok=True)
    path.rename(folder / f"{number}-{path.name}")
    return kind, digest
def after():
    origins = {f"{number}-{path.name}": path for number, path in items}
    for path in (root / "organised").glob("*/*/*"):
        path.rename(origins[path.name])
    shutil.rmtree(root / "organised")
def finish():
    shutil.rmtree(root)
"""

_MODELS = """
import os, shutil, tempfile
from sqlalchemy import ForeignKey, create_engine, delete, event, insert, select
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import AsyncAdaptedQueuePool
class Base(AsyncAttrs, DeclarativeBase):
    pass
class Author(Base):
    __tablename__ = "script_authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
class Book(Base):
    __tablename__ = "script_books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    pages: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("script_authors.id"), index=True)
    tags: Mapped[list["Tag"]] = relationship(secondary="script_book_tags", order_by="Tag.id", viewonly=True)
class Tag(Base):
    __tablename__ = "script_tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
class BookTag(Base):
    __tablename__ = "script_book_tags"
    book_id: Mapped[int] = mapped_column(ForeignKey("script_books.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("script_tags.id"), primary_key=True, index=True)
folder = tempfile.mkdtemp()
url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/library.db"
def configure(connection, record):
    cursor = connection.cursor()
    for setting in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()
def make_engine():
    made = create_engine(url, pool_size=WORKERS, max_overflow=0)
    if url.startswith("sqlite"):
        event.listen(made, "connect", configure)
    return made
def make_async_engine():
    made = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"), poolclass=AsyncAdaptedQueuePool,
                               pool_size=WORKERS, max_overflow=0)
    if url.startswith("sqlite"):
        event.listen(made.sync_engine, "connect", configure)
    return made
def start():
    global engine, async_engine
    engine, async_engine = make_engine(), make_async_engine()
admin = make_engine()
Base.metadata.create_all(admin)
def author_row(author):
    return {"id": author, "name": f"author {author}"}
def book_rows(author):
    return [{"id": book, "title": f"book {book}", "pages": 100 + book, "author_id": author}
            for book in range(author * 8, author * 8 + 8)]
def link_rows(author):
    return [{"book_id": book["id"], "tag_id": (book["id"] + n) % 10} for book in book_rows(author) for n in (0, 1)]
def finish():
    Base.metadata.drop_all(admin)
    admin.dispose()
    shutil.rmtree(folder)
with admin.begin() as connection:
    connection.execute(insert(Tag), [{"id": tag, "name": f"tag {tag}"} for tag in range(10)])
"""

ORM_INSERTS = f"""{_MODELS}
admin.dispose()
def batches():
    return range(32)
def work(item):
    with Session(engine) as session:
        session.execute(insert(Author), [author_row(item)])
        session.execute(insert(Book), book_rows(item))
        session.execute(insert(BookTag), link_rows(item))
        session.commit()
async def work_async(item):
    async with AsyncSession(async_engine) as session:
        await session.execute(insert(Author), [author_row(item)])
        await session.execute(insert(Book), book_rows(item))
        await session.execute(insert(BookTag), link_rows(item))
        await session.commit()
def after():
    with admin.begin() as connection:
        for table in (BookTag, Book, Author):
            connection.execute(delete(table))
"""

ORM_READ = f"""{_MODELS}
with admin.begin() as connection:
    connection.execute(insert(Author), [author_row(author) for author in range(64)])
    connection.execute(insert(Book), [row for author in range(64) for row in book_rows(author)])
    connection.execute(insert(BookTag), [row for author in range(64) for row in link_rows(author)])
admin.dispose()
def batches():
    return range(64)
def work(item):
    with Session(engine) as session:
        books = session.scalars(select(Book).where(Book.author_id == item).order_by(Book.id)).all()
        return [(book.title, book.pages, [tag.name for tag in book.tags]) for book in books]
async def work_async(item):
    async with AsyncSession(async_engine) as session:
        books = (await session.scalars(select(Book).where(Book.author_id == item).order_by(Book.id))).all()
        for book in books:
            await book.awaitable_attrs.tags
        return [(book.title, book.pages, [tag.name for tag in book.tags]) for book in books]
def after():
    pass
"""

TIMED = f"""
for number in range({PASSES} + 1):
    items = batches()
    began = time.perf_counter()
    RUN
    elapsed = time.perf_counter() - began
    after()
    if number:
        print(elapsed)
"""
ENDINGS = {
    "sequential": "start()\n" + TIMED.replace("RUN", "[work(item) for item in items]"),
    "threading": "start()\nfrom concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(WORKERS) as pool:"
    + TIMED.replace("RUN", "list(pool.map(work, items))").replace("\n", "\n    "),
    "multiprocessing": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(WORKERS, initializer=start) as pool:"
    + TIMED.replace("RUN", "list(pool.map(work, items))").replace("\n", "\n    "),
    "asyncio": """
import asyncio
start()
async def bounded(item, slots):
    async with slots:
        return await work_async(item)
async def run(items):
    slots = asyncio.Semaphore(WORKERS)
    return await asyncio.gather(*(bounded(item, slots) for item in items))
async def main():"""
    + TIMED.replace("RUN", "await run(items)").replace("\n", "\n    ")
    + "\n    await async_engine.dispose()\nasyncio.run(main())\n",
}
SUBJECTS = {
    "batch-filter": (BATCH_FILTER, {"transport": "shared-memory"}),
    "file-tree": (FILE_TREE, {}),
    "orm-inserts": (ORM_INSERTS, {}),
    "orm-read": (ORM_READ, {}),
}


def script_s(script: str, backend: str) -> float:
    """The median of the passes that the plain script times itself, in seconds."""
    code = f"import time\nWORKERS = {WORKERS}\n{script}\n{ENDINGS[backend]}\nfinish()\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return statistics.median(map(float, done.stdout.split()))


def harness_s(name: str, typed: dict[str, str], backend: str) -> float:
    """The median elapsed_s of the passes of a trial of the same work."""
    asked = request(name, typed, backend, WORKERS)
    outcome = run_trial(TrialSettings(sys.executable, asked, {}), TimeLimit(300), PASSES)
    assert outcome.failed is None, outcome.failed
    return statistics.median(measured.elapsed_s for measured in outcome.measured)


def compare(label: str, name: str, typed: dict[str, str], pairs: int) -> Iterator[str]:
    """A line for each backend that the script has a form for."""
    script = SUBJECTS[name][0]
    for backend in ENDINGS:
        if backend == "asyncio" and "work_async" not in script:
            continue
        ratios = []
        for pair in range(pairs):
            first, second = (harness_s(name, typed, backend), None) if pair % 2 else (None, script_s(script, backend))
            ratios.append((first or harness_s(name, typed, backend)) / (second or script_s(script, backend)))
        low, middle, high = statistics.quantiles(ratios, n=4) if pairs > 1 else ratios * 3
        yield f"{label:24} {backend:16} {middle:.3f}  quartiles {low:.3f} to {high:.3f}  of {pairs} pairs"


def main(pairs: int, names: list[str]) -> None:
    """Compare each workload, those with a database also on PostgreSQL."""
    os.environ.pop("DATABASE_URL", None)
    for name in names:
        for line in compare(name, name, SUBJECTS[name][1], pairs):
            print(line, flush=True)
    with ExitStack() as stack:
        try:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres_server()).url
        except PostgresUnavailable as error:
            sys.exit(str(error))
        for name in (name for name in names if name.startswith("orm")):
            for line in compare(f"{name} (PostgreSQL)", name, {"url": "env:DATABASE_URL"}, pairs):
                print(line, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 7, sys.argv[2:] or list(SUBJECTS))

"""Which files to look at below the paths that a user names: what git tracks or does not ignore, or a walk."""

from __future__ import annotations

import os
import stat

from ecolint.discovery import gitindex, gitlist
from ecolint.discovery.kinds import has_format, may_be_script
from ecolint.discovery.roots import repository_root as repository_root
from ecolint.discovery.roots import root_of as root_of
from ecolint.discovery.walk import ENVIRONMENT, SKIPPED_FOLDERS, IgnoreFiles, walk
from ecolint.faults import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


INSIDE_ENVIRONMENT = f"/{ENVIRONMENT}"


class PathError(Fault):
    """A path that was named and cannot be scanned."""


class Found:
    """A file to scan: absolute path, root of the tree it belongs to, path below it (`/`-separated), and whether it
    was named itself. A plain class, as this module is imported by every run."""

    __slots__ = ("named", "path", "relative", "root")

    def __init__(self, path: str, root: str, relative: str, named: bool = False) -> None:
        self.path = path
        self.root = root
        self.relative = relative
        self.named = named


class Tree:
    """Files of known formats below one named folder, or one named file.

    `files` are paths relative to `root`, `/`-separated, sorted, of regular files that were there when git or the walk
    looked; `scripts` are those whose name tells nothing, to be taken only if they begin as a script. Where the list is
    `from_git`, there may be folders that hold no file beside its `folders`.
    """

    __slots__ = ("_folders", "_look_further", "files", "from_git", "named", "root", "scripts")

    def __init__(self, root: str, named: bool = False) -> None:
        self.root = root
        self.named = named
        self.files: list[str] = []
        self.scripts: list[str] = []
        self._folders: dict[str, None] = {}
        self._look_further: Callable[[], None] | None = None
        self.from_git = False

    @property
    def prefix(self) -> str:
        """What the absolute paths of its files begin with: the root and a separator."""
        return self.root.rstrip(os.sep) + os.sep

    @property
    def folders(self) -> dict[str, None]:
        """The folders in which files may lie, relative to `root`, in a dictionary without values. Those that hold no
        file of a known format are looked at when they are first asked for."""
        further, self._look_further = self._look_further, None
        if further is not None:
            further()
        return self._folders

    def enter(self, folder: str) -> None:
        """Take note of a folder in which files may lie."""
        self._folders[folder] = None

    def list_for(self, relative: str) -> list[str] | None:
        """Where a file belongs that is taken; None for one of no known format."""
        if has_format(relative):
            return self.files
        return self.scripts if self.named or may_be_script(relative) else None

    def add(self, relative: str) -> None:
        """Take a file, if it may be of a known format."""
        taken = self.list_for(relative)
        if taken is not None:
            taken.append(relative)

    def look_further(self, look: Callable[[], None]) -> None:
        """What is done before all folders are told."""
        self._look_further = look

    def clear(self) -> None:
        """Forget all that was taken."""
        self.files.clear()
        self.scripts.clear()
        self._folders.clear()
        self._look_further = None

    def found(self, relative: str) -> Found:
        """A file of the tree."""
        return Found(os.path.join(self.root, relative), self.root, relative, self.named)


def discover(
    paths: Iterable[str],
    respect_gitignore: bool = True,
    *,
    meanwhile: Callable[[Tree], None],
) -> Iterator[Tree]:
    """The trees below the named paths, one for each path. Raises PathError for a path that is not there.

    `meanwhile` is called with a tree that has only what git tracks, while git looks for the rest of it.
    """
    for named in paths:
        absolute = os.path.abspath(named)
        try:
            mode = os.stat(absolute).st_mode
        except (OSError, ValueError) as error:
            raise PathError(f"{named}: {getattr(error, 'strerror', None) or error}") from None
        if stat.S_ISDIR(mode):
            yield _below(absolute, respect_gitignore, meanwhile)
            continue
        tree = Tree(root_of(os.path.dirname(absolute)), named=True)
        tree.add(_relative(absolute, tree.root))
        yield tree


def _below(top: str, respect_gitignore: bool, meanwhile: Callable[[Tree], None]) -> Tree:
    root = repository_root(top)
    tree = Tree(root or top)
    by_git = root is not None and respect_gitignore and not _is_linked(top, root)
    if not (by_git and _from_git(tree, top, meanwhile)):
        _from_walk(tree, top, top, respect_gitignore)
    tree.files.sort()
    tree.scripts.sort()
    return tree


def _is_linked(folder: str, root: str) -> bool:
    """Whether a folder of a repository is reached through a symbolic link, behind which git does not look."""
    while len(folder) > len(root):
        if os.path.islink(folder):
            return True
        folder = os.path.dirname(folder)
    return False


def _relative(path: str, root: str) -> str:
    if path == root:
        return ""
    prefix = root.rstrip(os.sep) + os.sep
    below = path[len(prefix) :] if path.startswith(prefix) else os.path.relpath(path, root)
    return below.replace(os.sep, "/")


def _from_walk(tree: Tree, top: str, start: str, respect_gitignore: bool) -> None:
    """Fill a tree from a walk that begins in an absolute folder in or at `top`, which was named."""
    ignores = IgnoreFiles(tree.root) if respect_gitignore else None
    if ignores and start == top and ignores.leave_out(top):
        ignores = IgnoreFiles(top)
    for folder, names in walk(start, ignores):
        below = _relative(folder, tree.root)
        tree.enter(below)
        prefix = f"{below}/" if below else ""
        for name in names:
            tree.add(prefix + name)


def _from_git(tree: Tree, top: str, meanwhile: Callable[[Tree], None]) -> bool:
    """Fill a tree from git's index and git's list of untracked files; false where git does not tell them."""
    below = _relative(top, tree.root)
    listing = gitlist.untracked(tree.root, below)
    if listing is None:
        return False
    listed = _Listed(tree, below)
    try:
        nested = _take_tracked(tree, listed)
        if nested is None:
            listing.stop()
            return False
        meanwhile(tree)
    except BaseException:
        listing.stop()
        raise
    others = listing.output()
    if others is None:
        tree.clear()
        return False
    tree.from_git = True
    for path in map(os.fsdecode, others):
        if not path.endswith("/"):
            listed.take(path)
        elif listed.hold(path):
            nested.add(path[:-1])
    listed.leave_out_environments()
    tree.look_further(listed.look_further)
    for folder in sorted(nested):
        if listed.hold(f"{folder}/"):
            _from_walk(tree, top, os.path.join(tree.root, folder), True)
    if below and not nested and not listed.has_files and IgnoreFiles(tree.root).leave_out(top):
        _from_walk(tree, top, top, True)
    return True


def _take_tracked(tree: Tree, listed: _Listed) -> set[str] | None:
    """Add what git tracks; the folders of submodules, None where git does not tell."""
    index = gitindex.read(tree.root)
    tracked = (index.files(), index.nested) if index is not None else gitlist.tracked(tree.root)
    if tracked is None:
        return None
    files, nested = tracked
    for path in files:
        listed.take(path)
    return {path for path in nested if listed.hold(path)}


class _Listed:
    """What git lists of a tree, as far as it lies in folders that are entered: in the one named, not skipped by
    name, and no symbolic links."""

    __slots__ = ("_below", "_entered", "_environments", "_others", "_prefix", "_takes", "_tree")

    def __init__(self, tree: Tree, below: str) -> None:
        self._tree = tree
        self._prefix = tree.prefix
        self._below = below
        self._entered: dict[str, bool] = {}
        self._environments: list[str] = []
        self._others: list[str] = []
        self._takes = False

    def take(self, path: str) -> None:
        """Add a file to the tree where it may be of a known format."""
        taken = self._tree.list_for(path)
        if taken is None:
            self._others.append(path)
            if path.endswith(INSIDE_ENVIRONMENT) and self.hold(path):
                self._environments.append(path[: -len(ENVIRONMENT)])
        elif self.hold(path):
            self._takes = True
            taken.append(path)

    @property
    def has_files(self) -> bool:
        """Whether git lists any file there."""
        return self._takes or any(map(self.hold, self._others))

    def look_further(self) -> None:
        """Enter the folders of files that are of no known format."""
        for path in self._others:
            self.hold(path)

    def leave_out_environments(self) -> None:
        """Remove files in virtual environments below the folder that was named."""
        tree = self._tree
        folders = tuple(folder for folder in self._environments if folder != f"{self._below}/")
        if folders:
            tree.files = [path for path in tree.files if not path.startswith(folders)]
            tree.scripts = [path for path in tree.scripts if not path.startswith(folders)]

    def hold(self, path: str) -> bool:
        """Whether a relative path lies in a folder that is entered."""
        end = path.rfind("/")
        if not end:
            return False
        folder = path[:end] if end > 0 else ""
        entered = self._entered
        if folder not in entered:
            above = [folder]
            while above[-1] not in entered and above[-1] not in ("", self._below):
                above.append(above[-1].rpartition("/")[0])
            for item in reversed(above):
                if item not in entered:
                    entered[item] = self._enter(item)
        return entered[folder]

    def _enter(self, folder: str) -> bool:
        if folder != self._below:
            name = folder[folder.rfind("/") + 1 :]
            if not folder or name in SKIPPED_FOLDERS or name in ("", ".", "..") or not self.hold(folder):
                return False
        try:
            status = os.lstat(self._prefix + folder)
        except (OSError, ValueError):
            return False
        if not stat.S_ISDIR(status.st_mode) and folder != self._below:
            return False
        self._tree.enter(folder)
        return True

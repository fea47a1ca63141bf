"""Words by which code speaks of prompts, and of batches of them."""

from __future__ import annotations

import re

BATCHY = re.compile(
    r"batch|loader|chunk|minibatch|collate|(?<![.\w])splits?\b(?!=)|_dl\b|\bdl\b|shard|partition|group", re.I
)
PROMPT_KEYWORDS = frozenset(
    [
        "inputs",
        "input_ids",
        "input_embeds",
        "inputs_embeds",
        "prompt",
        "prompts",
        "prompt_token_ids",
        "text",
        "text_inputs",
        "query",
        "question",
        "messages",
        "conversation",
        "attention_mask",
    ]
)
"""Keywords by which a prompt is given; others set how to generate."""
SETTINGS = re.compile(r"params|config|lora|request_id", re.I)
"""Names of arguments beside the prompt that say how to generate."""
SEVERAL = frozenset(("prompts", "texts", "questions", "queries", "sentences", "problems", "batch"))
"""Keys and attributes that hold several prompts; `messages` and `images` are those of a single one."""
NUMBER_OF_ANSWERS = frozenset(("num_return_sequences", "n", "best_of", "num_beams"))
"""Settings by which several answers to one prompt, or beams of one, are generated together."""
APPLIERS = ("apply", "progress_apply")
MAPPERS = ("map", *APPLIERS)
"""Functions and methods that call what they are given for each item; `APPLIERS` are methods of tables."""
TAKERS = frozenset(("pop", "popleft", "next", "get_nowait", "lpop"))
"""Functions and methods that take one item out of many."""
QUEUE_TAKERS = frozenset(("get", "readline", "recv", "receive"))
"""Methods that do so where the object is called a queue, and the loop asks it whether there are more; elsewhere they
wait for what comes."""
QUEUES = ("queue", "pending")
LISTS = frozenset(("splitlines", "readlines", "tolist", "to_list"))
"""Methods that give a list of many items."""
DATASETS = frozenset(("Dataset", "IterableDataset", "KeyDataset", "KeyPairDataset"))
"""Classes of which a pipeline takes the items one by one."""
COLLECTIVE = re.compile(r"^(?:data|dataset|ds|df)$|_(?:set|list|dataset|data|df)$")
"""Names of what holds many items."""
PLURAL = re.compile(r"(?:[a-z]{3,}[^s]s|batch)$")
SINGULAR_S = frozenset(("this", "its", "news", "pos", "cls", "ans", "res", "status", "class"))
OF_ONE = re.compile(
    r"inputs|tokens|messages|chats?$|ids$|encod|features|kwargs|params|args|attr(?:s|ibutes)$|tensors|images|contents|instructions|details"
    r"|lyrics|options|choices|series|sis$|us$|_(?:with|and|from|of|plus|for)_"
)
"""Names in the plural for what one prompt is made of."""


def is_plural(name: str) -> bool:
    return bool(PLURAL.search(name[-40:])) and name not in SINGULAR_S


def names_several(name: str) -> bool:
    """Whether a name says that it holds several prompts."""
    lower = name.lower()
    return COLLECTIVE.search(lower) is not None or (is_plural(lower) and not OF_ONE.search(lower))

"""What the name of a model or of its class tells of its kind: only models that generate text were measured."""

from __future__ import annotations

import re
from functools import cache

_ENCODER = re.compile(
    r"(?:^|[-_.])(?:embed(?:ding|dings|der|s)?\d*|rerank\w*|minilm\w*|colbert\w*|whisper|mnli|(?:bge|gte|e5)(?=-)"
    r"|\w{0,12}bert|\w{0,8}roberta|\w{0,4}bertav?\d?|electra"
    r"|chronos|timesfm|moirai|prot_?t5|esm\d?|hubert|wav2vec2?)(?:[-_.:]|$)"
    r"|^(?:\w{0,10}cl[ai]p|siglip\d?|dino(?:v\d)?|sam(?:2(?:\.\d)?)?(?=-(?:vit|hiera|hq))|vit|detr)(?:[-_.:]|$)",
    re.I,
)
_OTHER_CLASS = re.compile(
    r"\w*(?:Tokenizer|TokenizerFast|Processor|Extractor|Config|Scheduler|Vocoder|Adapter|Pipeline|Dataset|TextEncoder"
    r"|Transformer[23]DModel|T5EncoderModel|TextModel\w*|ForCTC)"
    r"|(?:UNet|Autoencoder|VAE|ControlNet|CLIP|ChineseCLIP|Whisper|Wav2Vec|Musicgen|Bark|Vits|Seamless|ParlerTTS|TrOCR"
    r"|VisionEncoderDecoder|Pix2Struct|PeftModel|Blip(?!2)|ViT|Dino|Swin|Siglip|Esm)\w*|(?:TF)?\w*Speech\w*"
    r"|\w*For(?!ImageTextToText)(?:Image|Video|Audio|Object|Depth|Zero|Keypoint|Universal|Instance|Semantic|Panoptic"
    r"|Mask|Token|Text(?!ToText|2Text)|Document|Contrastive|XVector|Time|Prediction|Regression|Pose|Sequence|Multiple|Question|Next|Pre|Reward|Classification)\w*"
    r"|(?:Distil|XLM|Modern|Camem|De)?(?:Bert|Roberta|BertaV?2?)Model"
)
_WITH_HEAD = re.compile(r"LMHead|DoubleHeads|EncoderDecoder|Language|Chat|Peft|PreTrained|^Fast")
OTHER_LIBRARIES = frozenset(("timm", "torchvision", "diffusers", "open_clip", "sentence_transformers"))
"""Packages whose models generate no text."""


@cache
def is_encoder(name: str) -> bool:
    """Whether a model is one that embeds, ranks or classifies texts, by the last part of its name."""
    return _ENCODER.search(name[-300:].rstrip("/").rpartition("/")[2]) is not None


@cache
def is_other_class(name: str) -> bool:
    """Whether a class is no language model that generates text; of a dotted name the last part counts."""
    return _OTHER_CLASS.fullmatch(name[-300:].rpartition(".")[2]) is not None


@cache
def is_without_head(name: str) -> bool:
    """Whether a class gives the states of a model alone, as `AutoModel` does, so that one of its own makes it write."""
    last = name[-300:].rpartition(".")[2]
    return last.endswith("Model") and last != "Model" and _WITH_HEAD.search(last) is None

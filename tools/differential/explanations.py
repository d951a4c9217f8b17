"""Why FXKit and PyTorch differ on a damaged archive: the first rule that fits a difference."""

from __future__ import annotations

import re

# What FXKit says (or what PyTorch says, where FXKit takes the archive) and the reason.
FXKIT_REJECTS = [
    (r"bytes stand behind the archive",
     "PyTorch looks for an end record anywhere in the last bytes; FXKit takes no file that another "
     "reader could see as something else"),
    (r"leads out of the archive",
     "PyTorch never unpacks members to disk; FXKit lets no such name through to who does"),
    (r"two members have this name",
     "PyTorch takes one of the two, other readers the other"),
    (r"checksum differs|the data descriptor is missing or disagrees",
     "PyTorch compares no checksums of members that it maps, and looks at no data descriptors"),
    (r"the local header has another|the two end records disagree",
     "PyTorch reads the directory at the end only, and of two end records one"),
    (r"does not fit 64 bits",
     "Python's integers have no bounds"),
    (r"which FXKit doesn't know",
     "PyTorch reads the digits and ignores what follows them"),
    (r"the key '.*' comes twice",
     "Python's parser keeps the last of two values of one key; RFC 8259 promises nothing"),
    (r"is no (Layout|ArgumentKind|MemoryFormat|ScalarType)",
     "PyTorch looks an enumeration's number up only where it needs it"),
    (r"found .* where (a value|a number|number|string|bool|array|object|an integer|null) is "
     r"expected",
     "PyTorch looks at the kinds of few fields when it reads them; a wrong kind comes up later, or "
     "never. NaN is no JSON"),
    (r"\[tensor\.(overflow|negative|layout)\]",
     "PyTorch makes fake tensors of any layout, offset and strides, which no memory could hold"),
    (r"\[callGraph\.",
     "PyTorch looks at the calls of modules only when it unflattens the program"),
    (r"\[signature\.name\]",
     "PyTorch goes by the names in the signature, of which two have changed places; FXKit by the "
     "positions of what the graph takes and returns"),
    (r"\[weight\.metadata\]|is .*, the graph has ",
     "PyTorch loads a weight of another shape than the graph has, and fails or miscalculates when "
     "it runs"),
    (r"takes \d+ positional arguments, found \d+",
     "PyTorch goes by names, so that of two arguments of one name the last counts"),
    (r"\[operator\.(argumentType|unknownKeyword|duplicateArgument)\]",
     "PyTorch goes by names; FXKit's graph keeps the order of a file, in which the names stand at "
     "other places than in the operator's schema"),
]
FXKIT_ACCEPTS = [
    (r"device type at start of device string",
     "a warning in FXKit, since a library may give PyTorch's private device another name"),
    (r"vr must not be None for symbol",
     "a warning in FXKit: PyTorch wants a range of a symbol when it makes a size of it"),
    (r"KeyError",
     "FXKit gives a node without outputs the name that torch.fx would give it, finds it used by "
     "that name, and writes it so that PyTorch finds it too"),
]


def explain(mutation, fxkit: str, pytorch: str) -> str | None:
    """The reason for a difference; None where no rule fits."""
    rules, said = (FXKIT_REJECTS, fxkit) if fxkit else (FXKIT_ACCEPTS, pytorch)
    if mutation.kind == "JSON text: duplicate key" and "found null" in said:
        return ("Python's parser keeps the last of two values of one key; FXKit reads both, and the "
                "first is of a wrong kind")
    for pattern, reason in rules:
        if re.search(pattern, said):
            return reason
    return None

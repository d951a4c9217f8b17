/// Changes pickles instruction by instruction.
enum PickleMutator {
  static func mutate(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    var steps = instructions(bytes)
    guard !steps.isEmpty else { return bytes }
    for _ in 0...random.below(3) {
      let at = random.below(steps.count)
      let other = random.below(steps.count)
      switch random.below(8) {
      case 0 where steps.count > 1: steps.remove(at: at)
      case 1: steps.insert(steps[other], at: at)
      case 2: steps.swapAt(at, other)
      case 3:
        let end = min(steps.count, other + random.below(12))
        steps.insert(contentsOf: Array(steps[other..<end]), at: at)
      case 4: random.changeBytes(&steps[at])
      case 5: steps[at] = instruction(&random)
      default: steps.insert(instruction(&random), at: at)
      }
    }
    return steps.flatMap { $0 }
  }

  private static let names = [
    "torch\nFloatStorage\n", "torch\nLongStorage\n", "torch\nSize\n", "torch\nfloat32\n",
    "torch._utils\n_rebuild_tensor_v2\n", "torch._utils\n_rebuild_tensor_v3\n",
    "torch._utils\n_rebuild_parameter\n", "torch._tensor\n_rebuild_from_type_v2\n",
    "torch.storage\nUntypedStorage\n", "torch\ndevice\n", "torch.serialization\n_get_layout\n",
    "collections\nOrderedDict\n", "__builtin__\nset\n", "builtins\ncomplex\n", "os\nsystem\n",
    "_codecs\nencode\n", "torch\nTensor\n", "torch.nn.parameter\nParameter\n",
  ]

  private static func instruction(_ random: inout FuzzRandom) -> [UInt8] {
    switch random.below(6) {
    case 0: return [UInt8(ascii: "c")] + Array(random.pick(names).utf8)
    case 1:
      let text = Array(random.pick(["storage", "0", "cpu", "cuda:0", "latin1", "x", "é"]).utf8)
      return [UInt8(ascii: "X")] + number(text.count, 4) + text
    case 2: return [0x8A, 8] + number(random.number(), 8)
    case 3: return [random.pick(Array("qhK".utf8)), UInt8(random.below(16))]
    case 4: return [UInt8(ascii: "r")] + number(random.number(), 4)
    default:
      return [
        random.pick(
          Array("N(012)]}tldaesuRbQ.".utf8)
            + [0x85, 0x86, 0x87, 0x88, 0x89, 0x8F, 0x90, 0x91, 0x93, 0x94, 0x81])
      ]
    }
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// Takes a pickle apart into instructions with their arguments.
  private static func instructions(_ bytes: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var at = 0
    while at < bytes.count {
      let end = at + 1 + argumentLength(bytes, at)
      result.append(Array(bytes[at..<min(end, bytes.count)]))
      at = end
    }
    return result
  }

  private static func argumentLength(_ bytes: [UInt8], _ at: Int) -> Int {
    func length(_ count: Int) -> Int {
      var value = 0
      for index in 0..<count where at + 1 + index < bytes.count {
        value |= Int(bytes[at + 1 + index]) << (8 * index)
      }
      return count + min(value, bytes.count)
    }
    switch bytes[at] {
    case 0x80, UInt8(ascii: "q"), UInt8(ascii: "h"), UInt8(ascii: "K"): return 1
    case UInt8(ascii: "M"): return 2
    case UInt8(ascii: "J"), UInt8(ascii: "r"), UInt8(ascii: "j"): return 4
    case UInt8(ascii: "G"), 0x95: return 8
    case UInt8(ascii: "U"), UInt8(ascii: "C"), 0x8A, 0x8C: return length(1)
    case UInt8(ascii: "X"), UInt8(ascii: "B"), UInt8(ascii: "T"), 0x8B: return length(4)
    case UInt8(ascii: "c"):
      let lines = bytes[(at + 1)...].indices.filter { bytes[$0] == 0x0A }.prefix(2)
      return (lines.last ?? bytes.count) - at
    default: return 0
    }
  }
}

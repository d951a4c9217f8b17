import FXCore

/// Gives unique names by torch.fx's rules (`torch.fx.graph._Namespace`).
///
/// Names stay taken when their node is erased or renamed, as in torch.fx.
struct Namespace {
  /// The node that has or had each name; -1 for a name that is taken without a node.
  private(set) var owners = AtomMap()
  /// By base name (`add` of `add_3`): the number given last.
  private var baseCount = AtomMap()

  /// Tells whether the name is or was in use.
  @inline(__always) func isUsed(_ name: Atom) -> Bool { owners[name] != nil }

  /// Takes a name exactly as it is for a node.
  mutating func take(_ name: Atom, for node: Int32, in context: GraphContext) {
    owners.set(name, to: node)
    let seed = context.nameSeed(of: name)
    if seed.number >= 0 {
      baseCount.set(seed.base, to: seed.number)
    } else if baseCount[seed.base] == nil {
      baseCount.set(seed.base, to: 0)
    }
  }

  /// Returns a unique name made from a candidate, and takes it for a node (-1 for none).
  ///
  /// Characters that Python allows in no identifier become `_`; a number is added or raised until
  /// the name is free; keywords and builtins of Python get a number as well.
  mutating func makeName(
    from candidate: Atom, for node: Int32 = -1, in context: GraphContext
  ) -> Atom {
    let seed = context.nameSeed(of: candidate)
    var name = seed.clean
    var number: Int32
    if seed.number >= 0, !isUsed(name) {
      number = seed.number
    } else {
      number = baseCount[seed.base] ?? 0
      if context.isIllegalName(name) {
        number += 1
        name = Self.numbered(seed.base, number, in: context)
      }
    }
    while isUsed(name) {
      number += 1
      name = Self.numbered(seed.base, number, in: context)
    }
    owners.set(name, to: node)
    baseCount.set(seed.base, to: number)
    return name
  }

  /// Returns `base_number`.
  private static func numbered(_ base: Atom, _ number: Int32, in context: GraphContext) -> Atom {
    let length = context.strings.utf8(base).count
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length + 12) { buffer in
      _ = buffer.initialize(fromContentsOf: context.strings.utf8(base))
      var end = length
      buffer[end] = 95
      end += 1
      var digits = 1
      var power: Int32 = 10
      while digits < 10, number >= power {
        digits += 1
        if digits < 10 { power *= 10 }
      }
      var rest = number
      for position in (end..<(end + digits)).reversed() {
        buffer[position] = UInt8(48 + rest % 10)
        rest /= 10
      }
      end += digits
      return context.strings.intern(
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<end]))
    }
  }
}

/// What a candidate for a name is made of, found once a candidate.
struct NameSeed: BitwiseCopyable {
  /// The candidate with every character that no identifier may hold replaced.
  var clean = Atom.none
  /// `add` of `add_3`; the clean candidate itself where it has no number.
  var base = Atom.none
  /// 3 of `add_3`; -1 where there is none.
  var number: Int32 = -1

  init() {}

  init(_ candidate: Atom, in context: GraphContext) {
    clean = Self.sanitized(candidate, in: context)
    (base, number) = Self.split(clean, in: context)
  }

  /// Splits `add_3` into `add` and 3; a name without a number at the end is its own base, with -1.
  private static func split(_ name: Atom, in context: GraphContext) -> (Atom, Int32) {
    let utf8 = context.strings.utf8(name)
    var start = utf8.count
    while start > 0, isDigit(utf8[start - 1]) { start -= 1 }
    // A base needs a character of its own before `_`, and a number beyond nine digits is no suffix.
    guard start < utf8.count, start > 1, utf8[start - 1] == 95, utf8.count - start <= 9 else {
      return (name, -1)
    }
    var number: Int32 = 0
    for digit in utf8[start...] { number = number * 10 + Int32(digit - 48) }
    let base = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[..<(start - 1)])
    // Interning may move the table's bytes, so the base is copied out first.
    return withUnsafeTemporaryAllocation(byteCount: base.count, alignment: 1) { copy in
      copy.copyMemory(from: base)
      return (context.strings.intern(UnsafeRawBufferPointer(copy)), number)
    }
  }

  /// Replaces each run of characters that no identifier may hold by one `_`.
  private static func sanitized(_ candidate: Atom, in context: GraphContext) -> Atom {
    let utf8 = context.strings.utf8(candidate)
    if let first = utf8.first, !isDigit(first), utf8.allSatisfy(isWord) { return candidate }
    var clean: [UInt8] = []
    for byte in utf8 {
      if isWord(byte) {
        clean.append(byte)
      } else if clean.last != 0 {
        // 0 stands for a replaced run until the end, so that real underscores do not join it.
        clean.append(0)
      }
    }
    clean = clean.map { $0 == 0 ? 95 : $0 }
    if clean.isEmpty { clean = Array("_unnamed".utf8) }
    if isDigit(clean[0]) { clean.insert(95, at: 0) }
    return clean.withUnsafeBytes { context.strings.intern($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte == 95
  }
}

/// Returns the name that torch.fx proposes for a call of `target` (`Graph._target_to_str`).
func proposedName(for target: String, kind: NodeKind) -> String {
  var base = kind == .callFunction ? Targets.pythonName(of: target) : target[...]
  if base.utf8.count > 4, base.utf8.starts(with: "__".utf8),
    base.utf8.suffix(2).elementsEqual("__".utf8)
  {
    base = base.dropFirst(2).dropLast(2)
  }
  // A lowercase letter followed by an uppercase one gets `_` between (`_snake_case`).
  guard base.utf8.contains(where: { $0 >= 65 && $0 <= 90 }) else { return String(base) }
  var result: [UInt8] = []
  var previous: UInt8 = 0
  for byte in base.utf8 {
    let isUpper = byte >= 65 && byte <= 90
    if isUpper, previous >= 97, previous <= 122 { result.append(95) }
    result.append(isUpper ? byte + 32 : byte)
    previous = byte
  }
  return String(decoding: result, as: UTF8.self)
}

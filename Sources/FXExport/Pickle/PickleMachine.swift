import FXCore

/// Runs a pickle: a program for a machine with a stack and a memo, which builds one value.
///
/// Every instruction does a bounded amount of work for its bytes, so that a pickle takes no more
/// time and memory than its size allows. Values are shared until the end, where `export` counts
/// them as often as they are reached.
struct PickleMachine {
  let bytes: UnsafeRawBufferPointer
  var position = 0
  /// Where the instruction that runs starts.
  var start = 0
  var stack: [PickleItem] = []
  var marks: [Int] = []
  var memo: [Int: PickleItem] = [:]
  var containers: [PickleContainer] = []
  /// Whether instances of unknown classes become plain data.
  let keepsObjects: Bool
  private var exported = 0
  private var spent = 0

  init(_ bytes: UnsafeRawBufferPointer, keepsObjects: Bool) {
    self.bytes = bytes
    self.keepsObjects = keepsObjects
  }

  func error(_ code: FXError.Code, _ message: String) -> FXError {
    FXError(code, message, at: SourcePlace(offset: start))
  }

  func error(_ what: String, beyond limit: Limit) -> FXError {
    FXError(.pickleLimit, what, beyond: limit, at: SourcePlace(offset: start))
  }

  mutating func run() throws(FXError) -> PickleValue {
    while true {
      start = position
      let code = try byte()
      if code == UInt8(ascii: ".") { break }
      try step(code)
      if stack.count > Limits.pickleStack.value {
        throw error("the stack has too many values", beyond: Limits.pickleStack)
      }
    }
    let result = try pop()
    return try export(result, depth: 0)
  }

  /// Counts elements that a call copies. In an honest pickle each was written for that one call;
  /// remembering a large list and copying it again and again takes more than the pickle's bytes.
  mutating func spend(_ count: Int) throws(FXError) {
    spent += count
    if spent > bytes.count {
      throw error(.pickleLimit, "calls copy more elements than the pickle has bytes")
    }
  }

  // MARK: Bytes

  mutating func byte() throws(FXError) -> UInt8 {
    guard position < bytes.count else { throw truncated() }
    position += 1
    return bytes[position - 1]
  }

  private func truncated() -> FXError { error(.pickleTruncated, "the pickle ends too early") }

  /// Reads a little-endian number without a sign.
  mutating func number(_ count: Int) throws(FXError) -> Int {
    guard bytes.count - position >= count else { throw truncated() }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    guard let result = Int(exactly: value) else {
      throw error(.pickleValue, "the length does not fit 63 bits")
    }
    return result
  }

  mutating func take(_ count: Int) throws(FXError) -> UnsafeRawBufferPointer {
    guard bytes.count - position >= count else { throw truncated() }
    position += count
    return UnsafeRawBufferPointer(rebasing: bytes[(position - count)..<position])
  }

  mutating func text(_ count: Int) throws(FXError) -> String {
    let piece = try take(count)
    guard let text = String(validating: piece, as: UTF8.self) else {
      throw error(.pickleValue, "the text is not UTF-8")
    }
    return text
  }

  /// Reads up to a line feed.
  mutating func line() throws(FXError) -> String {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else { throw truncated() }
    let text = try text(end - position)
    position = end + 1
    return text
  }

  // MARK: Stack

  mutating func push(_ item: PickleItem) { stack.append(item) }

  /// Takes the value on top, not beyond the last mark.
  mutating func pop() throws(FXError) -> PickleItem {
    guard stack.count > (marks.last ?? 0), let item = stack.popLast() else {
      throw error(.pickleStack, "the stack has no value to take")
    }
    return item
  }

  mutating func pop(_ count: Int) throws(FXError) -> [PickleItem] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw error(.pickleStack, "the stack has fewer than \(count) values to take")
    }
    let items = Array(stack.suffix(count))
    stack.removeLast(count)
    return items
  }

  /// Takes all values down to the last mark, and the mark.
  mutating func popToMark() throws(FXError) -> [PickleItem] {
    guard let mark = marks.popLast() else { throw error(.pickleStack, "there is no mark") }
    let items = Array(stack[mark...])
    stack.removeLast(stack.count - mark)
    return items
  }

  mutating func remember(at place: Int) throws(FXError) {
    guard place <= Limits.pickleMemo.value else {
      throw error("the memo has a place \(place)", beyond: Limits.pickleMemo)
    }
    guard stack.count > (marks.last ?? 0), let item = stack.last else {
      throw error(.pickleStack, "the stack has no value to remember")
    }
    memo[place] = item
  }

  mutating func recall(_ place: Int) throws(FXError) {
    guard let item = memo[place] else {
      throw error(.pickleStack, "the memo has nothing at \(place)")
    }
    push(item)
  }

  /// Makes a container.
  mutating func make(_ kind: PickleContainer.Kind, _ items: [PickleItem]) -> PickleItem {
    containers.append(PickleContainer(kind: kind, items: items))
    return .container(containers.count - 1)
  }

  /// Returns the elements of a container of one of some kinds.
  func elements(
    _ item: PickleItem, _ kinds: [PickleContainer.Kind], _ what: String
  ) throws(FXError) -> [PickleItem] {
    if case .size(let sizes) = item { return sizes.map { .int($0) } }
    guard case .container(let index) = item, kinds.contains(containers[index].kind) else {
      throw error(.pickleValue, "\(what) is \(item.kindName)")
    }
    return containers[index].items
  }

  /// Adds elements to the container on top.
  mutating func fill(_ kind: PickleContainer.Kind, with items: [PickleItem]) throws(FXError) {
    let target = try pop()
    guard case .container(let index) = target, containers[index].kind == kind else {
      throw error(.pickleValue, "elements are added to \(target.kindName)")
    }
    if kind == .dictionary, items.count % 2 == 1 {
      throw error(.pickleStack, "a key of a dictionary has no value")
    }
    containers[index].items.append(contentsOf: items)
    push(target)
  }

  // MARK: Result

  /// Returns the fields of an instance: its arguments, then its attributes by name.
  private func fields(_ parts: [PickleValue]) -> [PickleValue.Field] {
    var fields: [PickleValue.Field] = []
    if case .tuple(let arguments)? = parts.first {
      fields = arguments.map { PickleValue.Field(name: nil, value: $0) }
    }
    for (name, value) in parts.dropFirst().first?.namedEntries ?? [] {
      fields.append(PickleValue.Field(name: name, value: value))
    }
    return fields
  }

  /// Turns a value into plain data, in which nothing is shared.
  private mutating func export(_ item: PickleItem, depth: Int) throws(FXError) -> PickleValue {
    exported += 1
    if exported > Limits.pickleValues.value {
      throw error("the pickle holds too many values", beyond: Limits.pickleValues)
    }
    if depth > Limits.pickleDepth.value {
      throw error("values are nested too deep", beyond: Limits.pickleDepth)
    }
    switch item {
    case .none: return .none
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(value)
    case .float(let value): return .float(value)
    case .complex(let real, let imaginary): return .complex(real: real, imaginary: imaginary)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .bytes(bytes)
    case .tensor(let tensor): return .tensor(tensor)
    case .size(let sizes): return .size(sizes)
    case .dtype(let type): return .dtype(type)
    case .device(let device): return .device(device)
    case .layout(let layout): return .layout(layout)
    case .storage: throw error(.pickleValue, "a storage stands outside of a tensor")
    case .global(.unknown(let name, let offset)): throw unknown(name, offset)
    case .global(let global):
      throw error(.pickleGlobal, "the pickle holds '\(global.name)' itself")
    case .container(let index):
      let kind = containers[index].kind
      var values: [PickleValue] = []
      for part in containers[index].items { values.append(try export(part, depth: depth + 1)) }
      switch kind {
      case .list: return .list(values)
      case .tuple: return .tuple(values)
      case .set: return .set(values)
      case .object(let type): return .object(type: type, fields: fields(values))
      case .dictionary:
        return .dictionary(
          stride(from: 0, to: values.count - 1, by: 2).map {
            PickleValue.Entry(key: values[$0], value: values[$0 + 1])
          })
      }
    }
  }
}

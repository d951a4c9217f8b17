import FXCore

/// The instructions of the machine, those of protocol 2 to 5 that a plain value needs.
extension PickleMachine {
  mutating func step(_ code: UInt8) throws(FXError) {
    if try stepScalar(code) { return }
    if try stepContainer(code) { return }
    switch code {
    case 0x80:
      let version = try byte()
      guard (2...5).contains(version) else {
        throw error(.pickleOpcode, "the pickle is of protocol \(version); FXKit reads 2 to 5")
      }
    case 0x95:
      let length = try number(8)
      guard length <= bytes.count - position else {
        throw error(.pickleTruncated, "a frame is longer than the pickle")
      }
    case UInt8(ascii: "0"):
      // On a mark this takes the mark.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"):
      let item = try pop()
      push(item)
      push(item)
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "q"): try remember(at: number(1))
    case UInt8(ascii: "r"): try remember(at: number(4))
    case 0x94: try remember(at: memo.count)
    case UInt8(ascii: "h"): try recall(number(1))
    case UInt8(ascii: "j"): try recall(number(4))
    case UInt8(ascii: "c"):
      let module = try line()
      try pushGlobal(module: module, name: line())
    case 0x93:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw error(.pickleValue, "a global's module and name are not texts")
      }
      try pushGlobal(module: module, name: name)
    case UInt8(ascii: "R"), 0x81:
      let items = try pop(2)
      if code == 0x81, case .global(.unknown(let name, _)) = items[0] {
        _ = try elements(items[1], [.tuple], "a list of arguments")
        push(make(.object(name), [items[1]]))
        return
      }
      push(try call(items[0], elements(items[1], [.tuple], "a list of arguments")))
    case UInt8(ascii: "b"): try build()
    case UInt8(ascii: "Q"): push(.storage(try storage(try pop())))
    default:
      let hex = String(code, radix: 16)
      throw error(.pickleOpcode, "instruction 0x\(hex) is not one that FXKit runs")
    }
  }

  private mutating func pushGlobal(module: String, name: String) throws(FXError) {
    if let item = PickleGlobal.find(module: module, name: name) { return push(item) }
    guard keepsObjects else { throw unknown("\(module).\(name)", start) }
    push(.global(.unknown("\(module).\(name)", offset: start)))
  }

  /// Drops the attributes of a dictionary: a state dict has `_metadata`, which nothing here needs.
  /// Those of an instance of an unknown class are its fields.
  private mutating func build() throws(FXError) {
    let state = try pop()
    let target = try pop()
    guard case .container(let index) = target else {
      throw error(.pickleValue, "a state is given to \(target.kindName)")
    }
    switch containers[index].kind {
    case .dictionary: break
    case .object where containers[index].items.count == 1: containers[index].items.append(state)
    default: throw error(.pickleValue, "a state is given to \(target.kindName)")
    }
    push(target)
  }

  // MARK: Scalars

  private mutating func stepScalar(_ code: UInt8) throws(FXError) -> Bool {
    switch code {
    case UInt8(ascii: "N"): push(.none)
    case 0x88: push(.bool(true))
    case 0x89: push(.bool(false))
    case UInt8(ascii: "K"): push(.int(try number(1)))
    case UInt8(ascii: "M"): push(.int(try number(2)))
    case UInt8(ascii: "J"): push(.int(Int(Int32(truncatingIfNeeded: try number(4)))))
    case 0x8A: push(.int(try long(number(1))))
    case 0x8B: push(.int(try long(number(4))))
    case UInt8(ascii: "G"):
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      push(.float(Double(bitPattern: bits)))
    case UInt8(ascii: "X"): push(.string(try text(number(4))))
    case 0x8C: push(.string(try text(number(1))))
    case 0x8D: push(.string(try text(number(8))))
    case UInt8(ascii: "U"): push(.string(try text(number(1))))
    case UInt8(ascii: "T"): push(.string(try text(number(4))))
    case UInt8(ascii: "B"): push(.bytes(Array(try take(number(4)))))
    case UInt8(ascii: "C"): push(.bytes(Array(try take(number(1)))))
    case 0x8E, 0x96: push(.bytes(Array(try take(number(8)))))
    default: return false
    }
    return true
  }

  /// Reads an integer of any size that fits 64 bits.
  private mutating func long(_ count: Int) throws(FXError) -> Int {
    let digits = try take(count)
    guard let last = digits.last else { return 0 }
    let isNegative = last & 0x80 != 0
    let filler: UInt8 = isNegative ? 0xFF : 0
    let rest = digits.dropFirst(8)
    var value: UInt64 = isNegative ? .max : 0
    for (index, digit) in digits.prefix(8).enumerated() {
      value &= ~(0xFF << UInt64(8 * index))
      value |= UInt64(digit) << UInt64(8 * index)
    }
    let result = Int(bitPattern: UInt(value))
    guard rest.allSatisfy({ $0 == filler }), (result < 0) == isNegative else {
      throw error(.pickleValue, "the integer does not fit 64 bits")
    }
    return result
  }

  // MARK: Containers

  private mutating func stepContainer(_ code: UInt8) throws(FXError) -> Bool {
    switch code {
    case UInt8(ascii: ")"): push(make(.tuple, []))
    case 0x85: push(make(.tuple, try pop(1)))
    case 0x86: push(make(.tuple, try pop(2)))
    case 0x87: push(make(.tuple, try pop(3)))
    case UInt8(ascii: "t"): push(make(.tuple, try popToMark()))
    case UInt8(ascii: "]"): push(make(.list, []))
    case UInt8(ascii: "l"): push(make(.list, try popToMark()))
    case UInt8(ascii: "}"): push(make(.dictionary, []))
    case UInt8(ascii: "d"):
      push(make(.dictionary, []))
      let dictionary = try pop()
      let items = try popToMark()
      push(dictionary)
      try fill(.dictionary, with: items)
    case UInt8(ascii: "a"): try fill(.list, with: [try pop()])
    case UInt8(ascii: "e"): try fill(.list, with: try popToMark())
    case UInt8(ascii: "s"): try fill(.dictionary, with: try pop(2))
    case UInt8(ascii: "u"): try fill(.dictionary, with: try popToMark())
    case 0x8F: push(make(.set, []))
    case 0x90: try fill(.set, with: try popToMark())
    case 0x91: push(make(.set, try popToMark()))
    default: return false
    }
    return true
  }
}

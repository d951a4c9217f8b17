import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// Compares prints with those of PyTorch, byte for byte, for every fixture.
@Suite struct PrintFixtureTests {
  static let names = Fixtures.list("prints").filter { $0.hasSuffix(".json") }
    .map { String($0.dropLast(5)) }

  static func module(_ name: String) throws -> GraphModule {
    let json = try Fixtures.read("prints/\(name).json")
    return try json.withUnsafeBytes { try ExportedProgram(json: $0) }.module
  }

  static func text(_ file: String) throws -> String {
    String(decoding: try Fixtures.read("prints/\(file)"), as: UTF8.self)
  }

  @Test func finds() { #expect(Self.names.count >= 14) }

  @Test(arguments: names) func listing(name: String) throws {
    #expect(try Self.module(name).graph.listing == Self.text("\(name).graph.txt"))
  }

  @Test(arguments: names) func code(name: String) throws {
    #expect(try Self.module(name).code == Self.text("\(name).code.txt"))
  }

  @Test(arguments: names) func readable(name: String) throws {
    #expect(try Self.module(name).readable() == Self.text("\(name).readable.txt"))
  }

  @Test(arguments: names) func readableWithStridesAndDevices(name: String) throws {
    let options = ReadableOptions(includesStride: true, includesDevice: true)
    #expect(try Self.module(name).readable(options) == Self.text("\(name).readable-full.txt"))
  }

  /// `unbacked.table.txt` alone differs: Python shows the address of `torch.sym_float`, which is
  /// another one in every run. Addresses are compared as zeros.
  @Test(arguments: names) func table(name: String) throws {
    #expect(
      try Self.module(name).graph.table == Self.withoutAddresses(Self.text("\(name).table.txt")))
  }

  /// Replaces every address behind `at 0x` by zeros.
  static func withoutAddresses(_ text: String) -> String {
    var bytes = Array(text.utf8)
    let mark = Array(" at 0x".utf8)
    var position = 0
    while position + mark.count < bytes.count {
      guard bytes[position] == mark[0], bytes[position...].starts(with: mark) else {
        position += 1
        continue
      }
      position += mark.count
      while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
        bytes[position] = UInt8(ascii: "0")
        position += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

import FXKit

extension FuzzTarget {
  /// Model JSON of all schema versions: what is accepted is written, read and written the same.
  static let schema = FuzzTarget(
    "schema", pace: 150,
    seeds: { try $0.files("programs", ending: ".json", below: 6_000) + $0.compatModels() },
    mutate: JSONMutator(words: SchemaWords.all).mutate,
    check: { bytes in
      let program = try ExportedProgram(json: bytes)
      _ = ProgramVerifier().findings(in: program)
      guard let json = try serialized({ try program.json() }) else { return true }
      let again = try FuzzFailure.unlessDone("reading what was written") {
        try json.withUnsafeBytes { try ExportedProgram(json: $0) }
      }
      let copied = try FuzzFailure.unlessDone("writing again") { try again.json() }
      try FuzzFailure.unless(json == copied, "a model changes when it is written and read again")
      var current = program
      current.upgradeSchema()
      if let upgraded = try serialized({ try current.json() }) {
        _ = try FuzzFailure.unlessDone("reading the newest schema") {
          try upgraded.withUnsafeBytes { try ExportedProgram(json: $0) }
        }
      }
      return true
    })

  /// Returns what `body` writes; nil where it says that the form has no place for it, or that no program
  /// can have a call.
  static func serialized(_ body: () throws -> [UInt8]) throws -> [UInt8]? {
    do {
      return try body()
    } catch let error as FXError
      where error.code == .notSerializable || "\(error.code)".hasPrefix("operator.")
    {
      return nil
    } catch {
      throw FuzzFailure("writing what was read: \(error)")
    }
  }
}

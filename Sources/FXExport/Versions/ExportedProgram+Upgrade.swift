import FXCore
import FXGraph
import Glibc

extension ExportedProgram {
  /// Tells the version of a document that the decoder can't take as it is; nil for any other.
  ///
  /// - Parameter isOutdated: whether the decoder found that it is one; otherwise a document that
  ///   can't be read is none.
  static func outdatedVersion(
    of bytes: UnsafeRawBufferPointer, isOutdated: Bool
  ) throws(FXError) -> SchemaVersion? {
    if !isOutdated, let hint = lastVersion(in: bytes), hint >= .firstDirect { return nil }
    var version: SchemaVersion?
    do throws(FXError) {
      let document = try JSONTree(python: bytes, keeping: "schema_version")
      version = document["schema_version"].flatMap { SchemaVersion($0) }
    } catch {
      if isOutdated { throw error }
    }
    guard let version, version.isReadable, version < .firstDirect else { return nil }
    return version
  }

  /// Returns the version in the last entry that looks like one, without reading what is before it.
  ///
  /// It spares a damaged document of a current schema from being read again as a whole.
  private static func lastVersion(in bytes: UnsafeRawBufferPointer) -> SchemaVersion? {
    let key: StaticString = "\"schema_version\":"
    let length = key.utf8CodeUnitCount
    guard let base = bytes.baseAddress, bytes.count > length else { return nil }
    let starts = (0..<(bytes.count - length)).reversed()
    let found = starts.first { start in
      bytes[start] == 0x22 && memcmp(base + start, key.utf8Start, length) == 0
    }
    guard let found else { return nil }
    var reader = JSONReader(bytes, at: found + length)
    guard let value = try? reader.skipValue(), let tree = try? JSONTree(python: value) else {
      return nil
    }
    return SchemaVersion(tree)
  }

  /// Makes the program follow the current schema, in which it is written from then on.
  ///
  /// Fields that its document lacked are written with what the graph says. The kinds of arguments
  /// stay away where the document lacked them, since only the operators' schemas tell them.
  public mutating func upgradeSchema() {
    guard schemaVersion < .current else { return }
    for upgrade in SchemaUpgrade.chain(from: .oldest) {
      if case .fields(let fields) = upgrade.change { absentFields.subtract(fields) }
    }
    absentFields.subtract([.singleTensorReturn, .customObjectValues, .moduleMetadata, .verifiers])
    schemaVersion = .current
  }
}

extension SchemaVersion {
  fileprivate init?(_ tree: JSONTree) {
    guard let major = tree["major"]?.int, let minor = tree["minor"]?.int else { return nil }
    self.init(major: major, minor: minor)
  }

  var tree: JSONTree {
    .object([
      JSONTree.Entry(key: "major", value: .scalar("\(major)")),
      JSONTree.Entry(key: "minor", value: .scalar("\(minor)")),
    ])
  }
}

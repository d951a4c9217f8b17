import FXCore
import FXGraph

/// Checks the texts of nodes that PyTorch takes apart when it loads a program
/// (`GraphModuleDeserializer.deserialize_metadata`). Many nodes share their metadata, so that each
/// list of it is checked once.
extension VerifierRun {
  mutating func checkMetadata(of node: Node, _ scope: GraphScope) {
    let id = node.metadataID
    guard id != .empty, checkedMetadata.insert(id).inserted else { return }
    for entry in node.metadata {
      guard let fault = Self.fault(in: entry.text, of: entry.key) else { continue }
      report(
        .error, .metadataText, fault, at: "\(scope.path(of: node)).metadata.\(entry.key)",
        node: node.name, scope)
    }
  }

  private static func fault(in text: String, of key: String) -> String? {
    if text.isEmpty { return nil }
    switch key {
    case "nn_module_stack":
      let isGood = text.utf8.split(separator: semicolon, omittingEmptySubsequences: false)
        .allSatisfy { outerCommas(in: $0) == 2 }
      return isGood ? nil : "an entry of the module stack is not 'key,path,type'"
    case "source_fn_stack":
      let isGood = text.utf8.split(separator: semicolon, omittingEmptySubsequences: false)
        .allSatisfy { entry in entry.count { $0 == comma } == 1 }
      return isGood ? nil : "an entry of the function stack is not 'name,target'"
    case "custom", "from_node":
      return jsonFault(in: text, isList: key == "from_node")
        .map { "the text is not JSON that PyTorch reads: \($0)" }
    default: return nil
    }
  }

  private static let semicolon = UInt8(ascii: ";")
  private static let comma = UInt8(ascii: ",")

  /// Counts the commas outside of brackets.
  private static func outerCommas(in entry: Substring.UTF8View) -> Int {
    var depth = 0
    var commas = 0
    for byte in entry {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      case comma where depth == 0: commas += 1
      default: break
      }
    }
    return commas
  }

  /// Returns what is wrong with a text that is to be JSON.
  private static func jsonFault(in text: String, isList: Bool) -> String? {
    var text = text
    return text.withUTF8 { utf8 in
      do throws(FXError) {
        var reader = JSONReader(UnsafeRawBufferPointer(utf8))
        let kind = try reader.peek()
        if isList, kind != .array, kind != .null {
          throw reader.error(.jsonKind, "found \(kind.rawValue) where array is expected")
        }
        try reader.skipValue()
        try reader.finish()
        return nil
      } catch {
        return error.message
      }
    }
  }
}

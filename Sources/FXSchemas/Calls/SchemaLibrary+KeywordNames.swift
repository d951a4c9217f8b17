import FXCore
import FXGraph

/// Parameters whose names are words of Python's own, such as `from` of `uniform_`.
///
/// PyTorch leaves arguments out that have a default, and its loader looks for those of such names in
/// vain (`GraphModuleDeserializer.deserialize_inputs`): a `KeyError`.
extension SchemaLibrary {
  /// Returns what keeps PyTorch from loading a call: arguments of such names that are left out.
  public func keywordFindings(of node: Node) -> [FXError] {
    omittedKeywords(of: node).map { index, schema in
      let name = schema.parameters[index].name
      return FXError(
        .omittedKeyword,
        "PyTorch can't load the call without '\(name)' of \(schema.qualifiedName): KeyError "
          + "'\(name)'; 'fxkit convert' writes the default",
        at: SourcePlace(node: node.name))
    }
  }

  /// Gives a call the defaults of such arguments, by position; returns whether it lacked any.
  @discardableResult
  public func giveKeywordDefaults(to node: Node) -> Bool {
    var isChanged = false
    for (index, schema) in omittedKeywords(of: node) where !schema.parameters[index].isKeywordOnly {
      var args = node.args
      var names = node.argNames
      var kwargs = node.kwargs
      for parameter in schema.parameters[args.count...max(index, args.count)] {
        if let place = kwargs.firstIndex(where: { $0.name == parameter.name }) {
          args.append(kwargs.remove(at: place).value)
        } else if let value = parameter.defaultValue {
          args.append(value)
        } else {
          return isChanged
        }
        names.append(parameter.name)
      }
      node.args = args
      node.argNames = names
      node.kwargs = kwargs
      isChanged = true
    }
    return isChanged
  }

  private func omittedKeywords(of node: Node) -> [(index: Int, schema: OperatorSchema)] {
    guard node.kind == .callFunction, let schema = schema(of: node) else { return [] }
    return schema.keywordNamedDefaults.compactMap { index in
      let parameter = schema.parameters[index]
      guard parameter.isKeywordOnly || index >= node.argCount,
        !node.kwargs.contains(where: { $0.name == parameter.name })
      else { return nil }
      return (index, schema)
    }
  }
}

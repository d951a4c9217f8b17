import FXCore

extension FXError.Code {
  /// A node that is still used can't be erased.
  public static let hasUsers = FXError.Code("graph.hasUsers")
  /// Two nodes of a graph have one name.
  public static let duplicateName = FXError.Code("graph.duplicateName")
  /// A node uses the result of a node that comes later, or of none.
  public static let useBeforeDefinition = FXError.Code("graph.useBeforeDefinition")
  /// A node uses the result of a node that was erased.
  public static let usesErasedNode = FXError.Code("graph.usesErasedNode")
  /// A list of users or inputs disagrees with the arguments.
  public static let usersMismatch = FXError.Code("graph.usersMismatch")
  /// A placeholder comes after another kind of node.
  public static let misplacedPlaceholder = FXError.Code("graph.misplacedPlaceholder")
  /// The output node is missing, not the last, or not the only one.
  public static let misplacedOutput = FXError.Code("graph.misplacedOutput")
  /// A `get_attr` or `call_module` names nothing that the owning module has.
  public static let missingAttribute = FXError.Code("graph.missingAttribute")
  /// A `call_module` names something that is no module.
  public static let notAModule = FXError.Code("graph.notAModule")
  /// A node has arguments that its kind can't have.
  public static let wrongArguments = FXError.Code("graph.wrongArguments")
  /// A node has an empty name or target.
  public static let emptyName = FXError.Code("graph.emptyName")
  /// The nodes form a cycle, so that they have no order.
  public static let cycle = FXError.Code("graph.cycle")
}
